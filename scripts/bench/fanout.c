// fanout: how long an event takes to all who listen.
//   fanout PORT TOKEN CLIENTS ROUNDS
// One more client puts a note into a session (chat.inject), and each of CLIENTS gets the event of it. Time runs from the first
// byte of the request to the last byte of the event, for each of them; the reader is one thread, and its share is in the figure.
// Prints one line of JSON: clients, events, and the latency in milliseconds.
#include "client.h"

static int clients, connected;
static long rounds, current, received;
static double sent, *latency;
static char mark[64];

static void message(Client *c, char *text, size_t length) {
    if (!text) { connected++; return; }
    if (memmem(text, length, "\"ok\":false", 10)) { fprintf(stderr, "refused: %.*s\n", (int)length, text); exit(1); }
    if (c->number == 0 || current == 0 || !memmem(text, length, mark, strlen(mark))) return;
    if (!memmem(text, length, "\"event\":\"chat\"", 14)) return;
    latency[received++] = now() - sent;
}

static void ask(Client *c, const char *id, const char *method, const char *params) {
    char text[1024];
    snprintf(text, sizeof text, "{\"type\":\"req\",\"id\":\"%s\",\"method\":\"%s\",\"params\":%s}", id, method, params);
    send_text(c, text);
}

int main(int argc, char **argv) {
    if (argc != 5) { fprintf(stderr, "usage: fanout PORT TOKEN CLIENTS ROUNDS\n"); return 2; }
    port = atoi(argv[1]); token = argv[2]; clients = atoi(argv[3]); rounds = atol(argv[4]);
    latency = calloc((size_t)(rounds * clients) + 1, sizeof *latency);
    Client *all = open_clients(clients + 1);
    double start = now();
    while (connected < clients + 1 && now() - start < 60e3) turn_around();
    // A session must be there before a note can be put into it.
    ask(&all[0], "s", "chat.send", "{\"sessionKey\":\"agent:main:fanout\",\"message\":\"hello\",\"idempotencyKey\":\"fanout\"}");
    for (double quiet = now(); now() - quiet < 3e3;) turn_around();
    for (current = 1; current <= rounds; current++) {
        char params[256];
        snprintf(mark, sizeof mark, "note %ld of %d", current, (int)getpid());
        snprintf(params, sizeof params, "{\"sessionKey\":\"agent:main:fanout\",\"message\":\"%s\"}", mark);
        sent = now();
        ask(&all[0], "n", "chat.inject", params);
        while (received < current * clients && now() - sent < 10e3) turn_around();
        if (received < current * clients) { fprintf(stderr, "round %ld: %ld of %ld came\n", current, received, current * clients); return 1; }
    }
    qsort(latency, (size_t)received, sizeof *latency, ascending);
    printf("{\"clients\":%d,\"events\":%ld,\"p50\":%.3f,\"p99\":%.3f,\"max\":%.3f}\n", clients, received,
        latency[received / 2], latency[received * 99 / 100], latency[received - 1]);
    return 0;
}
