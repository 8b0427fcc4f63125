import pathlib

import pytest
from openai import OpenAI

from gateway import TOKEN, Gateway


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory):
    home: pathlib.Path = tmp_path_factory.mktemp("gateway")
    gateway = Gateway(home, {"http": {"endpoints": {
        "chatCompletions": {"enabled": True}, "responses": {"enabled": True, "maxBodyBytes": 100_000}}}})
    yield gateway
    gateway.stop()


@pytest.fixture
def client(gateway: Gateway):
    with OpenAI(base_url=f"http://127.0.0.1:{gateway.port}/v1", api_key=TOKEN, max_retries=0) as client:
        yield client
