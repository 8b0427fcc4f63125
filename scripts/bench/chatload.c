// chatload: clients of the Gateway that chat, each in a session of its own.
//   chatload PORT TOKEN CLIENTS TURNS TURNS-PER-SESSION
// A turn runs from the first byte of chat.send to the last byte of the chat event "final" of the same run. Prints one line
// of JSON: turns, errors, seconds, turns per second, and the latency of a turn in milliseconds.
#include "client.h"

static int clients, per_session;
static long total, issued, finished, errors;
static double *latency;

static void next_turn(Client *c) {
    if (issued >= total) { c->phase = 4; return; }
    issued++;
    char text[1024], run[64];
    snprintf(run, sizeof run, "run-%d-%d-%ld", (int)getpid(), c->number, c->turn);
    snprintf(c->final_mark, sizeof c->final_mark, "\"runId\":\"%s\"", run);
    snprintf(text, sizeof text,
        "{\"type\":\"req\",\"id\":\"%s\",\"method\":\"chat.send\",\"params\":{\"sessionKey\":\"agent:main:bench-%d-%d-%ld\","
        "\"message\":\"hello\",\"idempotencyKey\":\"%s\"}}", run, (int)getpid(), c->number, c->turn / per_session, run);
    c->turn++;
    c->started = now();
    send_text(c, text);
}

static void message(Client *c, char *text, size_t length) {
    if (!text) { next_turn(c); return; }
    int failed = memmem(text, length, "\"ok\":false", 10) != NULL || memmem(text, length, "\"state\":\"error\"", 15) != NULL;
    int final = memmem(text, length, "\"state\":\"final\"", 15) != NULL;
    if (!failed && !final) return;
    if (final && !memmem(text, length, c->final_mark, strlen(c->final_mark))) return;
    if (failed) {
        if (memmem(text, length, "\"event\"", 7) && !memmem(text, length, c->final_mark, strlen(c->final_mark))) return;
        if (errors++ == 0) fprintf(stderr, "first error: %.*s\n", (int)(length > 400 ? 400 : length), text);
    }
    else latency[finished++] = now() - c->started;
    next_turn(c);
}

int main(int argc, char **argv) {
    if (argc != 6) { fprintf(stderr, "usage: chatload PORT TOKEN CLIENTS TURNS TURNS-PER-SESSION\n"); return 2; }
    port = atoi(argv[1]); token = argv[2]; clients = atoi(argv[3]); total = atol(argv[4]); per_session = atoi(argv[5]);
    latency = calloc((size_t)total + 1, sizeof *latency);
    open_clients(clients);
    double start = now();
    while (finished + errors < total && errors < 50 && now() - start < 120e3) turn_around();
    double seconds = (now() - start) / 1e3;
    qsort(latency, (size_t)finished, sizeof *latency, ascending);
    printf("{\"clients\":%d,\"turns\":%ld,\"errors\":%ld,\"seconds\":%.3f,\"turnsPerSecond\":%.1f,\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f}\n",
        clients, finished, errors, seconds, (double)finished / seconds, finished ? latency[finished / 2] : 0,
        finished ? latency[finished * 95 / 100] : 0, finished ? latency[finished * 99 / 100] : 0);
    return errors > 0;
}
