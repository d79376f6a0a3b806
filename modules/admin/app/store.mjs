/** @import { ApplicationHealth, ApplicationStatus, BootPlan } from 'daemonry' */
/** @import { ChangeFrame } from '../../web/EventReaders' */
/** @import { Operation } from '../AdminRoutes' */
/** @import { Lane } from '../timeline' */
/** @import { Stops } from './views/boot.mjs' */
import { get, LOGGED_OUT, Refused, urlOf } from './api.mjs';
import { stopsWith } from './views/boot.mjs';
import { hasShared, withCluster } from './views/cluster.mjs';

/**
 * @typedef {object} Snapshot Everything the pages share.
 * @property {'connecting' | 'live' | 'lost' | 'login' | 'refused'} connection
 * @property {ApplicationStatus | undefined} status
 * @property {ApplicationHealth | undefined} health
 * @property {BootPlan | undefined} plan
 * @property {About | undefined} about
 * @property {Operation | undefined} operation
 * @property {{ readonly name: string, readonly may: readonly string[] } | undefined} operator
 * @property {{ readonly from: string, readonly to: string, readonly partial: boolean, readonly lanes: readonly Lane[] } | undefined} timeline
 * @property {number} hours Length of the timeline.
 * @property {number} skew Milliseconds from the time of this page, which no clock moves, to that of the application.
 * @property {number | undefined} lostAt
 * @property {string} refusal The request that was refused when everything was read, and why; or the act that was not done without a session.
 * @property {Readonly<Record<string, string>>} troubles Requests that were refused since then, and why; each is asked again.
 * @property {Stops} stops
 * @property {number} acts Grows with every act of an operator.
 */

/** @typedef {{ readonly name: string, readonly now: string, readonly label?: string, readonly keeps: { readonly history: boolean, readonly audit: boolean } }} About */

const RETRY_MS = 2_000;
const REFUSED_MS = 5_000;
const TIMELINE_MS = 5_000;
const CLUSTER_MS = 5_000;
const FACTS_MS = 15_000;
const OPERATION = 'admin/api/operation';

/** @param {Refused} error */
const refusalOf = ({ request, message }) =>
  message.includes(request) ? message : `${request} was refused: ${message}`;

/** Reads the application, keeps up with its changes, and comes back when the connection was lost. */
export class Store {
  /** @type {Snapshot} */
  snapshot = {
    connection: 'connecting',
    status: undefined,
    health: undefined,
    plan: undefined,
    about: undefined,
    operation: undefined,
    operator: undefined,
    timeline: undefined,
    hours: 1,
    skew: 0,
    lostAt: undefined,
    refusal: '',
    troubles: {},
    stops: {},
    acts: 0,
  };
  /** @type {Set<() => void>} */
  #watchers = new Set();
  /** @type {EventSource | undefined} */
  #source;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  #timelineWanted = false;
  /** When it was read, in the time of the page. */
  #timelineAt = -Infinity;
  #timelineCost = 0;
  /** Frames since the timeline was read, and all of them. */
  #frames = 0;
  #taken = 0;

  /** Calls `fn` after every change. Returns a function that ends that. @param {() => void} fn */
  watch(fn) {
    this.#watchers.add(fn);
    return () => void this.#watchers.delete(fn);
  }

  /** The time at the application, in epoch milliseconds. */
  now() {
    return performance.now() + this.snapshot.skew;
  }

  /** Begins to read; call it once. */
  start() {
    // A hidden page needs no connection, of which a browser has few for one server.
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#hangUp();
      else void this.connect();
    });
    window.addEventListener(LOGGED_OUT, (event) => this.failed(/** @type {CustomEvent} */ (event).detail));
    setInterval(() => void this.#refreshTimeline(), 1_000);
    setInterval(() => void this.#refreshCluster(), CLUSTER_MS);
    setInterval(() => void this.#refreshFacts(), FACTS_MS);
    return this.connect();
  }

  /** Reads everything anew, and listens from then on. */
  async connect() {
    this.#hangUp();
    try {
      const about = /** @type {About} */ (await get('admin/api/about'));
      const [{ operator }, status, plan, health, operation] = await Promise.all([
        /** @type {Promise<{ operator: Snapshot['operator'] }>} */ (get('admin/session')),
        /** @type {Promise<ApplicationStatus>} */ (get('api/status')),
        /** @type {Promise<BootPlan>} */ (get('api/plan')),
        /** @type {Promise<ApplicationHealth>} */ (get('api/health')),
        /** @type {Promise<Operation>} */ (get(OPERATION)),
      ]);
      const skew = Date.parse(about.now) - performance.now();
      const stops = status.sessionId === this.snapshot.status?.sessionId ? this.snapshot.stops : {};
      const live = /** @type {const} */ ({ connection: 'live', lostAt: undefined, refusal: '', troubles: {} });
      this.#set({ about, operator, status, plan, health, operation, skew, stops, ...live });
      this.#listen();
      this.#timelineAt = -Infinity;
      await this.#refreshTimeline();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Reads the timeline of that length from now on. @param {number} hours */
  show(hours) {
    this.#set({ hours });
    this.#timelineAt = -Infinity;
    void this.#refreshTimeline();
  }

  /** The timeline is read only while somebody looks at it. @param {boolean} wanted */
  wantTimeline(wanted) {
    this.#timelineWanted = wanted;
    if (wanted) void this.#refreshTimeline();
  }

  /** Takes notice of a request that failed, anywhere. @param {unknown} error */
  failed(error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 401) {
      this.#hangUp();
      this.#set({ connection: 'login', ...(error.isAct ? { refusal: `${error.request} was not done` } : {}) });
    } else if (error.status === 0) this.#lost();
    else {
      this.#hangUp();
      this.#set({ connection: 'refused', refusal: refusalOf(error) });
      this.#retry = setTimeout(() => void this.connect(), REFUSED_MS);
    }
  }

  /**
   * Reads what is read again soon. A refusal is told until it is answered; then it returns undefined, and what was known stays.
   *
   * @template T
   * @param {string} path
   * @param {Readonly<Record<string, string>>} [query]
   * @returns {Promise<T | undefined>}
   */
  async #reread(path, query) {
    try {
      const answer = /** @type {T} */ (await get(path, query));
      if (path in this.snapshot.troubles) {
        const troubles = Object.entries(this.snapshot.troubles).filter(([other]) => other !== path);
        this.#set({ troubles: Object.fromEntries(troubles) });
      }
      return answer;
    } catch (error) {
      if (!(error instanceof Refused) || error.status === 0 || error.status === 401) this.failed(error);
      else this.#set({ troubles: { ...this.snapshot.troubles, [path]: refusalOf(error) } });
      return undefined;
    }
  }

  #lost() {
    this.#hangUp();
    const { lostAt = Date.now(), connection } = this.snapshot;
    this.#set({ connection: connection === 'connecting' ? 'connecting' : 'lost', lostAt });
    this.#retry = setTimeout(() => void this.connect(), RETRY_MS);
  }

  #hangUp() {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = undefined;
  }

  #listen() {
    const source = new EventSource(urlOf('api/events'));
    this.#source = source;
    source.addEventListener('open', (event) => {
      // The event of the connection itself has no data.
      if ('data' in event) this.#checkSession(/** @type {MessageEvent<string>} */ (event));
    });
    source.addEventListener('change', (event) => this.#take(/** @type {ChangeFrame} */ (JSON.parse(event.data))));
    source.addEventListener('end', () => this.#lost());
    source.onerror = () => this.#lost();
  }

  /** Another session than that of the status: the application was started again in between. @param {MessageEvent<string>} event */
  #checkSession(event) {
    const { sessionId } = /** @type {ChangeFrame} */ (JSON.parse(event.data));
    if (sessionId !== this.snapshot.status?.sessionId) void this.connect();
  }

  /** @param {ChangeFrame} frame */
  #take(frame) {
    const { status } = this.snapshot;
    if (status === undefined) return;
    const changed = new Map(frame.listeners.map((listener) => [listener.name, listener]));
    const listeners = status.listeners.map((listener) => changed.get(listener.name) ?? listener);
    const names = Object.keys(frame.events);
    const acts = this.snapshot.acts + (names.some((name) => name.startsWith('operator.')) ? 1 : 0);
    this.#frames++;
    this.#taken++;
    this.#set({
      status: { ...status, state: frame.state, listeners },
      skew: Date.parse(frame.at) - performance.now(),
      stops: frame.state === 'stopping' ? stopsWith(this.snapshot.stops, frame) : this.snapshot.stops,
      acts,
    });
    if (names.some((name) => !name.startsWith('run.'))) void this.#readHealth();
    if (frame.state !== status.state) void this.#readState();
    // A due moment that was to be skipped is skipped without another word.
    const skips = this.snapshot.operation?.intents.some(({ action }) => action === 'skip-next') === true;
    const isTouched = names.some((name) => /^operator\.|^loop\./.test(name));
    if (isTouched || (skips && names.includes('run.skipped'))) void this.#readOperation();
  }

  async #readOperation() {
    const operation = /** @type {Operation | undefined} */ (await this.#reread(OPERATION));
    if (operation !== undefined) this.#set({ operation });
  }

  async #readHealth() {
    const health = /** @type {ApplicationHealth | undefined} */ (await this.#reread('api/health'));
    if (health !== undefined) this.#set({ health });
  }

  /** Reads what no event tells: of the application itself, and such as the end of a pause of its listeners. */
  async #readState() {
    const takenBefore = this.#taken;
    const read = /** @type {ApplicationStatus | undefined} */ (await this.#reread('api/status'));
    const { status } = this.snapshot;
    if (read === undefined || status?.sessionId !== read.sessionId) return;
    // An event that came meanwhile may be newer than the answer.
    const isNewest = takenBefore === this.#taken;
    this.#set({ status: isNewest ? read : { ...status, ...read, state: status.state, listeners: status.listeners } });
  }

  /** A health hook may say down, and the state database fail, without an event. */
  async #refreshFacts() {
    const { connection, troubles } = this.snapshot;
    if (document.hidden || connection !== 'live') return;
    await Promise.all([
      this.#readHealth(),
      this.#readState(),
      ...(OPERATION in troubles ? [this.#readOperation()] : []),
    ]);
  }

  async #refreshTimeline() {
    const { connection, hours, timeline } = this.snapshot;
    if (!this.#timelineWanted || connection !== 'live') return;
    const began = performance.now();
    // What costs the application much is asked seldom.
    const wait = Math.max(TIMELINE_MS, this.#timelineCost * 40);
    const isStill = this.#frames === 0 && timeline !== undefined && began - this.#timelineAt < 6 * wait;
    if (began - this.#timelineAt < wait || isStill) return;
    this.#timelineAt = began;
    this.#frames = 0;
    const to = this.now();
    const span = { from: new Date(to - hours * 3_600_000).toISOString(), to: new Date(to).toISOString() };
    const read = /** @type {Snapshot['timeline']} */ (await this.#reread('admin/api/timeline', span));
    this.#timelineCost = performance.now() - began;
    if (read === undefined) this.#frames++;
    else if (this.snapshot.hours === hours) this.#set({ timeline: read });
  }

  /** Reads what other processes have changed in the cluster. */
  async #refreshCluster() {
    const { connection, status: shown } = this.snapshot;
    if (document.hidden || connection !== 'live' || shown === undefined || !hasShared(shown)) return;
    const read = /** @type {ApplicationStatus | undefined} */ (await this.#reread('api/status'));
    const { status } = this.snapshot;
    if (status !== undefined && status.sessionId === read?.sessionId) this.#set({ status: withCluster(status, read) });
  }

  /** @param {Partial<Snapshot>} change */
  #set(change) {
    this.snapshot = { ...this.snapshot, ...change };
    for (const watcher of [...this.#watchers]) watcher();
  }
}
