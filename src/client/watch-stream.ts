/** One watch over HTTP: opens the stream, hands events on in batches, and says once how it ended. */
import type { KubeObject } from '../core/kube/objects.ts';
import type { Millis } from '../core/kube/time.ts';
import type { Clock, WatchEvent, WatchSink } from '../ports.ts';
import { LineSplitter } from './line-splitter.ts';
import { type Asked, errorOfStatus, isStatus, readAnswer } from './server-answer.ts';
import type { Transport } from './transport.ts';

/**
 * A server sends a bookmark about each minute. Nothing at all for three means the connection is dead though nobody said so
 * (a NAT that forgot it, a peer that lost power); watching again costs little where that guess is wrong.
 */
const SILENCE: Millis = 180_000;

export interface WatchRequest {
  readonly path: string;
  readonly asked: Asked;
}

/** Starts at once; the returned function stops it, after which the sink hears nothing more. */
export function openWatch(
  transport: Transport,
  request: WatchRequest,
  { sink, clock }: { sink: WatchSink; clock: Clock },
): () => void {
  const stop = new AbortController();
  let cancelAlarm = (): void => {};
  const end = (error?: Error): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    cancelAlarm();
    sink.closed(error);
  };
  const rearm = (): void => {
    cancelAlarm();
    cancelAlarm = clock.at(clock.now() + SILENCE, () =>
      end(new Error(`${request.path}: the watch was silent for ${SILENCE / 1000} seconds`)),
    );
  };
  rearm();
  follow(transport, request, {
    signal: stop.signal,
    heard: rearm,
    batch: (events) => {
      if (!stop.signal.aborted) sink.events(events);
    },
  }).then(() => end(), end);
  return () => {
    stop.abort();
    cancelAlarm();
  };
}

interface Follower {
  readonly signal: AbortSignal;
  heard(): void;
  batch(events: readonly WatchEvent[]): void;
}

/** Resolves when the server ends the stream by its timeout; throws the `ApiError` of an ERROR event or a refusal. */
async function follow(transport: Transport, request: WatchRequest, follower: Follower): Promise<void> {
  const response = await transport.stream({ method: 'GET', path: request.path, signal: follower.signal });
  if (response.statusCode !== 200) {
    const pieces: Buffer[] = [];
    for await (const piece of response) pieces.push(piece as Buffer);
    readAnswer({ code: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }, request.asked);
    throw new Error(`${request.path}: a watch was answered with code ${response.statusCode}`);
  }
  const lines = new LineSplitter();
  for await (const chunk of response) {
    follower.heard();
    const { events, failure } = decode(lines.push(chunk as Buffer), request.path);
    if (events.length > 0) follower.batch(events);
    if (failure) throw failure;
  }
  if (lines.rest() !== '') throw new Error(`${request.path}: the watch ended in the middle of an event`);
}

/** Events that came before a failure in the same chunk still count. */
function decode(lines: readonly string[], path: string): { events: WatchEvent[]; failure?: Error } {
  const events: WatchEvent[] = [];
  for (const line of lines) {
    let event: { type?: string; object?: unknown };
    try {
      event = JSON.parse(line);
    } catch {
      return { events, failure: new Error(`${path}: an event of the watch is no JSON: ${line.slice(0, 100)}`) };
    }
    if (event.type === 'ERROR') {
      return {
        events,
        failure: isStatus(event.object) ? errorOfStatus(event.object) : new Error(`${path}: ${line.slice(0, 200)}`),
      };
    }
    events.push(event as WatchEvent<KubeObject>);
  }
  return { events };
}
