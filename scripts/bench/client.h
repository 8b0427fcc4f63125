// A WebSocket client of the Gateway for the load tools: one thread, epoll, 127.0.0.1. Whoever includes it writes `message`.
#pragma once
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

typedef struct {
    int fd, number, phase;       // phase: 0 upgrade, 1 challenge, 2 hello, 3 connected, 4 done
    char *in;
    size_t length, capacity;
    long turn;                   // turns of this client so far
    char final_mark[160];        // text that only the final event of the running turn holds
    double started;
} Client;

static int port, poller;
static const char *token;

// A message of a connected client, and the moment after its hello-ok (text is NULL then).
static void message(Client *c, char *text, size_t length);

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void send_all(Client *c, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = send(c->fd, bytes, length, MSG_NOSIGNAL);
        if (n <= 0) { perror("send"); exit(1); }
        bytes += n;
        length -= (size_t)n;
    }
}

static void send_text(Client *c, const char *text) {
    size_t length = strlen(text), head = 2;
    unsigned char frame[4096];
    frame[0] = 0x81;
    if (length < 126) frame[1] = 0x80 | (unsigned char)length;
    else { frame[1] = 0x80 | 126; frame[2] = (unsigned char)(length >> 8); frame[3] = (unsigned char)length; head = 4; }
    memset(frame + head, 0, 4);  // a mask of zeros leaves the payload as it is
    memcpy(frame + head + 4, text, length);
    send_all(c, (char *)frame, head + 4 + length);
}

static void handshake(Client *c, char *text, size_t length) {
    if (c->phase == 1 && memmem(text, length, "connect.challenge", 17)) {
        char connect[1024];
        snprintf(connect, sizeof connect,
            "{\"type\":\"req\",\"id\":\"c\",\"method\":\"connect\",\"params\":{\"minProtocol\":3,\"maxProtocol\":3,\"client\":{"
            "\"id\":\"gateway-client\",\"version\":\"1\",\"platform\":\"linux\",\"mode\":\"backend\"},\"role\":\"operator\","
            "\"scopes\":[\"operator.admin\",\"operator.read\",\"operator.write\"],\"auth\":{\"token\":\"%s\"}}}", token);
        c->phase = 2;
        send_text(c, connect);
    } else if (c->phase == 2 && memmem(text, length, "\"id\":\"c\"", 8)) {
        if (!memmem(text, length, "hello-ok", 8)) { fprintf(stderr, "connect: %.*s\n", (int)length, text); exit(1); }
        c->phase = 3;
        message(c, NULL, 0);
    } else if (c->phase == 3) message(c, text, length);
}

// Handles every complete frame; returns the bytes that are left.
static void frames(Client *c) {
    size_t offset = 0;
    if (c->phase == 0) {
        char *end = memmem(c->in, c->length, "\r\n\r\n", 4);
        if (!end) return;
        if (strncmp(c->in, "HTTP/1.1 101", 12)) { fprintf(stderr, "%.*s\n", (int)c->length, c->in); exit(1); }
        offset = (size_t)(end - c->in) + 4;
        c->phase = 1;
    }
    while (c->length - offset >= 2) {
        unsigned char *f = (unsigned char *)c->in + offset;
        size_t size = f[1] & 127, head = 2;
        if (size == 126) { if (c->length - offset < 4) break; size = (size_t)f[2] << 8 | f[3]; head = 4; }
        else if (size == 127) {
            if (c->length - offset < 10) break;
            size = 0;
            for (int i = 0; i < 8; i++) size = size << 8 | f[2 + i];
            head = 10;
        }
        if (c->length - offset < head + size) break;
        if ((f[0] & 15) == 8) { fprintf(stderr, "closed: %.*s\n", (int)size - 2, (char *)f + head + 2); exit(1); }
        if ((f[0] & 15) == 1) handshake(c, (char *)f + head, size);
        offset += head + size;
    }
    memmove(c->in, c->in + offset, c->length - offset);
    c->length -= offset;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

// Opens `count` sockets and asks each for the upgrade.
static Client *open_clients(int count) {
    Client *all = calloc((size_t)count, sizeof *all);
    poller = epoll_create1(0);
    for (int i = 0; i < count; i++) {
        Client *c = &all[i];
        c->number = i;
        c->capacity = 1 << 16;
        c->in = malloc(c->capacity);
        c->fd = socket(AF_INET, SOCK_STREAM, 0);
        int one = 1;
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
        if (connect(c->fd, (void *)&to, sizeof to)) { perror("connect"); exit(1); }
        char request[256];
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", port);
        send_all(c, request, strlen(request));
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
        epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &event);
    }
    return all;
}

// Reads what has come, and handles it.
static void turn_around(void) {
    struct epoll_event events[256];
    int n = epoll_wait(poller, events, 256, 1000);
    for (int i = 0; i < n; i++) {
        Client *c = events[i].data.ptr;
        if (c->capacity - c->length < 1 << 15) c->in = realloc(c->in, c->capacity *= 2);
        ssize_t got = recv(c->fd, c->in + c->length, c->capacity - c->length, MSG_DONTWAIT);
        if (got == 0) { fprintf(stderr, "the Gateway hung up\n"); exit(1); }
        if (got < 0) continue;
        c->length += (size_t)got;
        frames(c);
    }
}
