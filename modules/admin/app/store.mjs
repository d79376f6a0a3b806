/** @import { ApplicationHealth, ApplicationStatus, BootPlan } from 'daemonry' */
/** @import { ChangeFrame } from '../../web/EventReaders' */
/** @import { Operation } from '../AdminRoutes' */
/** @import { Lane } from '../timeline' */
/** @import { Stops } from './views/boot.mjs' */
import { get, Refused, urlOf } from './api.mjs';
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
 * @property {number} skew Milliseconds that the clock of the application is ahead of this one.
 * @property {number | undefined} lostAt
 * @property {string} refusal Why the server answers nobody.
 * @property {Stops} stops
 * @property {number} acts Grows with every act of an operator.
 */

/** @typedef {{ readonly name: string, readonly now: string, readonly label?: string, readonly keeps: { readonly history: boolean, readonly audit: boolean } }} About */

const RETRY_MS = 2_000;
const TIMELINE_MS = 5_000;
const CLUSTER_MS = 5_000;
const FACTS_MS = 15_000;

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
  #timelineAt = 0;
  #timelineCost = 0;
  #frames = 0;

  /** Calls `fn` after every change. Returns a function that ends that. @param {() => void} fn */
  watch(fn) {
    this.#watchers.add(fn);
    return () => void this.#watchers.delete(fn);
  }

  /** The time at the application, in epoch milliseconds. */
  now() {
    return Date.now() + this.snapshot.skew;
  }

  /** Begins to read; call it once. */
  start() {
    // A hidden page needs no connection, of which a browser has few for one server.
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.#hangUp();
      else void this.connect();
    });
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
        /** @type {Promise<Operation>} */ (get('admin/api/operation')),
      ]);
      const skew = Date.parse(about.now) - Date.now();
      const stops = status.sessionId === this.snapshot.status?.sessionId ? this.snapshot.stops : {};
      this.#set({
        about,
        operator,
        status,
        plan,
        health,
        operation,
        skew,
        stops,
        connection: 'live',
        lostAt: undefined,
      });
      this.#listen();
      this.#timelineAt = 0;
      await this.#refreshTimeline();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Reads the timeline of that length from now on. @param {number} hours */
  show(hours) {
    this.#set({ hours });
    this.#timelineAt = 0;
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
      this.#set({ connection: 'login' });
    } else if (error.status === 403 && error.code !== 'OPERATOR_MAY_NOT') {
      this.#hangUp();
      this.#set({ connection: 'refused', refusal: error.message });
    } else if (error.status === 0) this.#lost();
    else this.#set({ connection: 'refused', refusal: error.message });
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
    this.#set({
      status: { ...status, state: frame.state, listeners },
      skew: Date.parse(frame.at) - Date.now(),
      stops: frame.state === 'stopping' ? stopsWith(this.snapshot.stops, frame) : this.snapshot.stops,
      acts,
    });
    if (names.some((name) => !name.startsWith('run.'))) {
      this.#readHealth().catch((error) => this.failed(error));
    }
    if (frame.state !== status.state) this.#readState().catch((error) => this.failed(error));
    // A due moment that was to be skipped is skipped without another word.
    const skips = this.snapshot.operation?.intents.some(({ action }) => action === 'skip-next') === true;
    if (names.some((name) => /^operator\.|^loop\./.test(name)) || (skips && names.includes('run.skipped'))) {
      /** @type {Promise<Operation>} */ (get('admin/api/operation')).then(
        (operation) => this.#set({ operation }),
        (error) => this.failed(error),
      );
    }
  }

  async #readHealth() {
    this.#set({ health: /** @type {ApplicationHealth} */ (await get('api/health')) });
  }

  /** Reads what no event tells of the application itself; its listeners are kept up by their events. */
  async #readState() {
    const read = /** @type {ApplicationStatus} */ (await get('api/status'));
    const { status } = this.snapshot;
    if (status?.sessionId !== read.sessionId) return;
    this.#set({ status: { ...status, ...read, state: status.state, listeners: status.listeners } });
  }

  /** A health hook may say down, and the state database fail, without an event. */
  async #refreshFacts() {
    if (document.hidden || this.snapshot.connection !== 'live') return;
    try {
      await Promise.all([this.#readHealth(), this.#readState()]);
    } catch (error) {
      this.failed(error);
    }
  }

  async #refreshTimeline() {
    const { connection, hours, timeline } = this.snapshot;
    if (!this.#timelineWanted || connection !== 'live') return;
    const began = Date.now();
    // What costs the application much is asked seldom.
    const wait = Math.max(TIMELINE_MS, this.#timelineCost * 40);
    const isStill = this.#frames === 0 && timeline !== undefined && began - this.#timelineAt < 6 * wait;
    if (began - this.#timelineAt < wait || (isStill && this.#timelineAt !== 0)) return;
    this.#timelineAt = began;
    this.#frames = 0;
    const to = this.now();
    const span = { from: new Date(to - hours * 3_600_000).toISOString(), to: new Date(to).toISOString() };
    try {
      const read = /** @type {Snapshot['timeline']} */ (await get('admin/api/timeline', span));
      this.#timelineCost = Date.now() - began;
      if (this.snapshot.hours === hours) this.#set({ timeline: read });
    } catch (error) {
      this.failed(error);
    }
  }

  /** Reads what other processes have changed in the cluster. */
  async #refreshCluster() {
    const { connection, status: shown } = this.snapshot;
    if (document.hidden || connection !== 'live' || shown === undefined || !hasShared(shown)) return;
    try {
      const read = /** @type {ApplicationStatus} */ (await get('api/status'));
      const { status } = this.snapshot;
      if (status?.sessionId === read.sessionId) this.#set({ status: withCluster(status, read) });
    } catch (error) {
      this.failed(error);
    }
  }

  /** @param {Partial<Snapshot>} change */
  #set(change) {
    this.snapshot = { ...this.snapshot, ...change };
    for (const watcher of [...this.#watchers]) watcher();
  }
}

/** @param {Stops} stops @param {ChangeFrame} frame @returns {Stops} */
function stopsWith(stops, { at, listeners }) {
  const now = Date.parse(at);
  /** @type {[string, Stops[string]][]} */
  const changed = [];
  for (const { name, state } of listeners) {
    const from = stops[name]?.from ?? now;
    if (state === 'stopping') changed.push([name, { from, state }]);
    if (state === 'stopped' || state === 'shutdown_failed') changed.push([name, { from, to: now, state }]);
  }
  return { ...stops, ...Object.fromEntries(changed) };
}
