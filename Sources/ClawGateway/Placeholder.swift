import Crypto
import Hummingbird
import NIOWebSocket
import ServiceLifecycle
