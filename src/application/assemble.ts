import { hostname } from 'node:os';

import { createRedactor } from '../configuration';
import type { Registry } from '../contracts/Application';
import type { ApplicationAddress } from '../contracts/ApplicationAddress';
import type { ListenerEntry } from '../contracts/entries';
import { OperatorJournal } from '../contracts/OperatorJournal';
import { RunInterceptor } from '../contracts/RunInterceptor';
import { StateTables } from '../contracts/StateDatabase';
import { isDaemon } from '../contracts/ListenerDefinition';
import { callsInFlight, endedStartups } from './listenerViews';
import { recallInParts } from './recallEarlierRuns';
import { DaemonCoordinator } from '../coordinator/DaemonCoordinator';
import type { Engine } from '../coordinator/Engine';
import { asItIs } from '../errors/foreign';
import { BootScreen } from '../observability/BootScreen';
import { logEvents } from '../observability/logEvents';
import { listenerValues } from '../planning/listenerValues';
import { applyPlugins } from '../plugins/loadPlugins';
import { PluginIdentities } from '../plugins/PluginIdentities';
import { NoState } from '../state/NoState';
import { InMemoryRunLedger } from '../scheduling/InMemoryRunLedger';
import { NoHistory } from '../history/NoHistory';
import { InProcessScheduler } from '../scheduling/InProcessScheduler';
import { RememberedMoments } from '../scheduling/RememberedMoments';
import { ApplicationLifecycle } from './ApplicationLifecycle';
import { Freshness } from './Freshness';
import { OperatorOnDemand } from './operator/OperatorOnDemand';
import type { ApplicationParts, DaemonApplication } from './DaemonApplication';
import { newSessionId } from './newSessionId';
import type { PersistentParts } from './PersistentParts';
import type { PlannedFrom } from './planFrom';
import { engineOf, withCluster } from './sharedParts';
import { native } from '../time/native';
import { typedHere } from './typedHere';
import { watchLoop } from './watchLoop';

/**
 * Makes the application from its plan: ledger, scheduler, coordinator and lifecycle around the planned container. Starts
 * nothing.
 *
 * @param create - makes the application from its parts.
 */
export function assemble<A extends DaemonApplication>(from: PlannedFrom, create: (parts: ApplicationParts) => A): A {
  const { name, clock, logging, log, events, plugins, pluginServices, planned, late } = from;
  const { needs } = planned;
  const { framework, secrets } = planned.configuration;
  const redactor = createRedactor(secrets);
  logging.configure(framework.logging, redactor);
  if (plugins.loaded.length > 0) logging.own(ownersOf(planned.listeners));
  const screen = new BootScreen({
    name,
    plan: planned.plan,
    values: () => [...planned.plan.values, ...listenerValues(planned.definitions)],
    command: typedHere,
  });
  const endLogEvents = logEvents(events, logging, screen);
  applyPlugins(plugins, events, pluginServices.logger);
  const identities = new PluginIdentities(plugins.identityProviders, {
    ...pluginServices,
    file: () => framework.plugins.identityFile,
  });

  const sessionId = newSessionId();
  const ledger = new InMemoryRunLedger({ runsPerTask: framework.ledger.runsPerTask });
  for (const listener of planned.definitions) {
    ledger.declare(listener.name, isDaemon(listener) ? listener.tasks.map((task) => task.name) : []);
  }
  const execution = {
    sessionId,
    clock,
    logger: (listener: string, bound?: Record<string, unknown>) => logging.logger(listener, bound),
    // Not within the call, so that the caller can finish its synchronous work before the stop begins.
    requestShutdown: (reason: string) => {
      native.queueMicrotask(() => void lifecycle.stop(reason));
    },
    redact: secrets.length === 0 ? asItIs : redactor.text,
  };
  // Due moments in memory need no database: nobody else can read them.
  const isKept = needs.database || (!from.keepsStateInMemory && (needs.moments || needs.files));
  const persistent = isKept
    ? persistentParts(from, {
        sessionId,
        coordinator: () => coordinator,
        changed: () => {
          lifecycle.announceLosses();
        },
        lost: (error) => {
          lifecycle.crash(error, error.what);
        },
        tables: () => planned.container.resolveAll(StateTables),
      })
    : undefined;
  const state = persistent?.state ?? new NoState();
  const kept = persistent?.kept;
  const own = kept ?? new NoHistory();
  const history = planned.cluster === undefined ? own : withCluster(own, from, () => engine);
  const scheduler = new InProcessScheduler({
    daemons: planned.definitions.filter((definition) => isDaemon(definition)),
    environment: execution,
    hears: events.hears,
    emit: events.emit,
    skippedNext: (listener, task) => operator.made?.skipped(listener, task),
    stuck: () => {
      lifecycle.announceLosses();
    },
    unstuck: () => {
      lifecycle.announceLosses();
    },
    ledger,
    // Unique among all sessions, and a tenth of the cost of another UUID.
    runIdOf: (run) => `${sessionId}-${run}`,
    log,
    interceptors: () => planned.container.resolveAll(RunInterceptor),
    ...(planned.cluster === undefined
      ? {}
      : {
          cluster: {
            application: name,
            engine: () => engineOf(from),
            // Its runs share it.
            process: Object.freeze({ sessionId, host: hostname(), pid: process.pid }),
            log,
            intentsChanged: (...given) => operator.get().mirror(...given),
            complaintChanged: () => lifecycle.announceLosses(),
          },
        }),
    moments: needs.moments ? new RememberedMoments(persistent?.state, log) : undefined,
  });
  const engine: Engine = {
    ...execution,
    hears: events.hears,
    emit: events.emit,
    scheduler,
    ...(planned.cluster === undefined ? {} : { cluster: { application: name, engine: () => engineOf(from) } }),
    config: framework,
    random: Math.random,
    resolve: (id) => planned.container.resolve(id),
  };
  const coordinator = new DaemonCoordinator(engine, planned.definitions, planned.daemons, (loss) => {
    freshness.look();
    lifecycle.changed(loss);
  });
  const { watchdog } = framework;
  const watch =
    watchdog === false || !from.isWatched
      ? undefined
      : watchLoop(events, {
          sessionId,
          config: watchdog,
          logging: framework.logging,
          hasOwnSink: from.hasOwnSink,
          secrets,
          log,
          emit: events.emit,
          callsInFlight: () => callsInFlight(coordinator.runtimes, ledger),
          callsDuring: (span) => ledger.during(span),
          beganAt: (call) => ledger.beganAt(call),
          startups: () => endedStartups(coordinator.runtimes),
          complained: () => {
            lifecycle.announceLosses();
          },
        });
  if (watchdog !== false && watch === undefined)
    log.debug('The watchdog is configured, and left out of a test application');
  const freshness = new Freshness(
    {
      clock,
      emit: events.emit,
      history: kept,
      log,
      isDisabled: (listener) => coordinator.runtime(listener)?.state === 'disabled',
      changed: () => {
        lifecycle.announceLosses();
      },
    },
    planned.definitions,
    ledger,
  );
  const lifecycle = new ApplicationLifecycle(
    name,
    engine,
    coordinator,
    {
      state: {
        open: async (): Promise<void> => {
          await state.open();
          if (isKept) await operator.restore(state.database, planned.container.resolveAll(OperatorJournal));
          recallInParts({ kept, ledger, daemons: planned.daemons, log });
        },
        get complaints() {
          return state.complaints;
        },
        flush: async () => {
          // A boot may have failed before it was open.
          if (persistent?.state.database.isOpen === true) await persistent.timeline?.stopped();
          return state.flush();
        },
        close: (limitMs) => state.close(limitMs),
      },
      watch,
      freshness,
      disposeServices: () => {
        operator.made?.close();
        return planned.container.disposeServices();
      },
      flushLogs: async (limitMs) => {
        endLogEvents();
        await logging.flush(limitMs);
      },
      release: () => {
        planned.container.release();
      },
    },
    log,
  );
  const operator: OperatorOnDemand = new OperatorOnDemand({
    engine,
    lifecycle,
    coordinator,
    listeners: planned.definitions,
    daemonOf: (listener) => planned.daemons.get(listener),
    logging: framework.logging,
    setLevels: (levels) => {
      logging.configure(levels);
      watch?.setLevels(levels);
    },
    log,
    isKept,
  });
  const application = create({
    name,
    plan: planned.plan,
    container: planned.container.container,
    listeners: planned.listeners,
    daemons: planned.daemons,
    coordinator,
    lifecycle,
    events,
    engine,
    ledger,
    history,
    kept,
    freshness,
    state,
    operator,
    previousRun: async () => persistent?.timeline?.previous(),
    log,
    screen,
    redact: (data) => (secrets.length === 0 ? data : redactor.data(data)),
  });
  const address: ApplicationAddress = {
    publish: (url) => {
      screen.url = url;
      return state.publish(url);
    },
  };
  Object.assign(late, { application, coordinator, ledger, history, identities, state: state.database, address });
  return application;
}

function persistentParts(...given: ConstructorParameters<typeof PersistentParts>): PersistentParts {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded by applications that keep something only
  const { PersistentParts: Parts } = require('./PersistentParts') as typeof import('./PersistentParts');
  return new Parts(...given);
}

const ownersOf = (listeners: Registry<ListenerEntry>): ReadonlyMap<string, string> =>
  new Map(
    listeners.list().flatMap(({ name, pluginName }) => (pluginName === undefined ? [] : [[name, pluginName] as const])),
  );
