import pathlib

import pytest

from gateway import Gateway


@pytest.fixture
def gateway(tmp_path: pathlib.Path):
    gateway = Gateway(tmp_path)
    yield gateway
    gateway.stop()
