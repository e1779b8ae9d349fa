/** What simulated containers wrote: a bounded ring per container and run, and the answers of `pods/log`. */
import { ApiError } from '../core/api/api-error.ts';
import type { Container, Pod } from '../core/kube/objects.ts';
import { type Instant, type Millis, parseTime } from '../core/kube/time.ts';
import type { Clock, LogAnswer, LogRequest } from '../ports.ts';

interface Line {
  readonly at: Instant;
  readonly text: string;
}

interface Ring {
  current: Line[];
  previous: Line[] | undefined;
  /** Lines repeated at an interval since an instant; made when read. */
  repeat?: { lines: readonly string[]; every: Millis; since: Instant } | undefined;
  readers: Set<() => void>;
}

const BOUND = 200;

export class ContainerLogs {
  readonly #clock: Clock;
  readonly #rings = new Map<string, Ring>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Appends a line; `restart` begins a new run. */
  write(container: string, text: string, restart = false): void {
    const ring = this.#ring(container);
    if (restart) {
      if (ring.current.length > 0) ring.previous = linesOf(ring, this.#clock.now());
      ring.current = [];
      ring.repeat = undefined;
    }
    ring.current.push({ at: this.#clock.now(), text });
    if (ring.current.length > BOUND) ring.current.shift();
    for (const reader of ring.readers) reader();
  }

  /** The container repeats these lines from now on, until its run ends. */
  repeat(container: string, lines: readonly string[], every: Millis): void {
    this.#ring(container).repeat = { lines, every, since: this.#clock.now() };
  }

  /** The run has ended: repeated lines end with it. */
  end(container: string): void {
    const ring = this.#ring(container);
    ring.current = linesOf(ring, this.#clock.now());
    ring.repeat = undefined;
  }

  forget(container: string): void {
    this.#rings.get(container)?.readers.forEach((reader) => {
      reader();
    });
    this.#rings.delete(container);
  }

  /** Answers a request about a pod as the API shows it. Throws `ApiError`. */
  answer(pod: Pod, request: LogRequest): LogAnswer {
    const chosen = chooseContainer(pod, request);
    const key = `${pod.metadata.uid}/${chosen}`;
    const hasPrevious = this.#rings.get(key)?.previous !== undefined;
    const refused = refusalOf(pod, { container: chosen, previous: request.previous, hasPrevious });
    if (refused !== undefined) throw new ApiError(400, 'BadRequest', refused);
    const ring = this.#ring(key);
    const lines = request.previous ? (ring.previous ?? []) : linesOf(ring, this.#clock.now());
    const text = cut(selected(lines, request, this.#clock.now()), request);
    if (!request.follow || request.previous) return { status: 200, body: text };
    return { status: 200, body: this.#follow(key, text, request) };
  }

  async *#follow(key: string, first: string, request: LogRequest): AsyncIterable<string> {
    if (first !== '') yield first;
    let last = this.#clock.now();
    let seen = this.#rings.get(key)?.current.filter((line) => line.at === last).length ?? 0;
    for (let ring = this.#rings.get(key); ring; ring = this.#rings.get(key)) {
      await this.#wake(ring);
      const now = this.#clock.now();
      const fresh = linesOf(ring, now).filter((line) => line.at >= last);
      const news = fresh.slice(fresh[0]?.at === last ? seen : 0);
      if (now !== last) seen = 0;
      last = now;
      seen = fresh.filter((line) => line.at === now).length;
      if (news.length > 0) yield news.map((line) => printed(line, request.timestamps)).join('');
    }
  }

  /** Resolves at the next line. */
  #wake(ring: Ring): Promise<void> {
    return new Promise((resolve) => {
      let cancel = () => {};
      const reader = () => {
        ring.readers.delete(reader);
        cancel();
        resolve();
      };
      ring.readers.add(reader);
      if (ring.repeat) cancel = this.#clock.at(this.#clock.now() + ring.repeat.every, reader);
    });
  }

  #ring(container: string): Ring {
    let ring = this.#rings.get(container);
    if (!ring) {
      ring = { current: [], previous: undefined, readers: new Set() };
      this.#rings.set(container, ring);
    }
    return ring;
  }
}

function linesOf(ring: Ring, now: Instant): Line[] {
  const { repeat } = ring;
  if (!repeat) return ring.current;
  const lines = [...ring.current];
  const last = Math.floor((now - repeat.since) / repeat.every);
  const first = Math.max(1, last - Math.ceil(BOUND / Math.max(1, repeat.lines.length)));
  for (let round = first; round <= last; round++) {
    for (const text of repeat.lines) lines.push({ at: repeat.since + round * repeat.every, text });
  }
  return lines.slice(-BOUND);
}

function containersOf(pod: Pod): Container[] {
  return [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
}

/** The container meant, or upstream's refusal (`pkg/registry/core/pod/strategy.go`, LogLocation). */
function chooseContainer(pod: Pod, { container }: LogRequest): string {
  const { name } = pod.metadata;
  if (container) {
    if (containersOf(pod).some((other) => other.name === container)) return container;
    throw new ApiError(400, 'BadRequest', `container ${container} is not valid for pod ${name}`);
  }
  const chosen = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (chosen && pod.spec.containers.some((other) => other.name === chosen)) return chosen;
  const only = pod.spec.containers[0];
  if (pod.spec.containers.length === 1 && only) return only.name;
  const names = (list: readonly Container[]) => list.map((other) => other.name).join(' ');
  const init = pod.spec.initContainers ?? [];
  const initText = init.length > 0 ? ` or one of the init containers: [${names(init)}]` : '';
  const message = `a container name must be specified for pod ${name}, choose one of: [${names(pod.spec.containers)}]${initText}`;
  throw new ApiError(400, 'BadRequest', message);
}

/** Why there is no log, in the kubelet's words (`validateContainerLogStatus`). */
function refusalOf(pod: Pod, about: { container: string; previous: boolean; hasPrevious: boolean }): string | undefined {
  const { container, previous, hasPrevious } = about;
  const which = `container "${container}" in pod "${pod.metadata.name}"`;
  const statuses = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  const status = statuses.find((other) => other.name === container);
  if (previous) return status?.lastState?.terminated && hasPrevious ? undefined : `previous terminated ${which} not found`;
  if (!status) return `${which} is not available`;
  if (status.state?.running || status.state?.terminated || status.lastState?.terminated) return undefined;
  const { reason = 'ContainerCreating' } = status.state?.waiting ?? {};
  if (reason === 'ErrImagePull' || reason === 'ImagePullBackOff')
    return `${which} is waiting to start: trying and failing to pull image`;
  return `${which} is waiting to start: ${reason}`;
}

function selected(lines: readonly Line[], { sinceTime, sinceSeconds, tailLines }: LogRequest, now: Instant): readonly Line[] {
  const start = parseTime(sinceTime) ?? (sinceSeconds === undefined ? undefined : now - sinceSeconds * 1000);
  const since = start === undefined ? lines : lines.filter((line) => line.at >= start);
  if (tailLines === undefined || tailLines < 0) return since;
  return tailLines === 0 ? [] : since.slice(-tailLines);
}

function cut(lines: readonly Line[], { timestamps, limitBytes }: LogRequest): string {
  const text = lines.map((line) => printed(line, timestamps)).join('');
  return limitBytes === undefined ? text : Buffer.from(text).subarray(0, limitBytes).toString();
}

function printed({ at, text }: Line, timestamps: boolean): string {
  return timestamps ? `${new Date(at).toISOString().replace('Z', '000000Z')} ${text}\n` : `${text}\n`;
}
