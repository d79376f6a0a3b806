import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

import {
  Application,
  type ApplicationHealth,
  Available,
  type Availability,
  Clock,
  type ListenerStatus,
  messageOf,
} from 'daemonry';
import { injectable } from 'inversify';

import { HeartbeatProbes } from '../heartbeat_probes/HeartbeatProbes';
import {
  RECENT_MS,
  type ApplicationSection,
  type ListenerSection,
  type ProbesSection,
  type ProcessSection,
  type RunsSection,
} from './SnapshotDocument';

/** How often the event loop is looked at; its histogram holds the gaps, not the delays. */
const RESOLUTION_MS = 20;

/** Where the sections of a snapshot come from that are about the application itself; each may throw. */
@injectable()
export class SnapshotSources {
  #loopDelay: IntervalHistogram | undefined;

  constructor(
    private readonly app: Application,
    private readonly clock: Clock,
    @Available(HeartbeatProbes) private readonly heartbeat: Availability<HeartbeatProbes>,
  ) {}

  /** Begins to measure the event loop. Returns what ends it. */
  measure(): () => void {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    this.#loopDelay = histogram;
    return () => {
      histogram.disable();
      this.#loopDelay = undefined;
    };
  }

  /** The name, state and times of the application. */
  application(): ApplicationSection {
    const { listeners: _listeners, ...application } = this.app.status();
    return application;
  }

  /** Every listener with its state and its last run. */
  async listeners(): Promise<readonly ListenerSection[]> {
    const { listeners: answers } = await this.app.health();
    const saysDown = new Set(answers.filter(({ status }) => status === 'down').map(({ name }) => name));
    return this.app.status().listeners.map((listener) => describeListener(listener, saysDown.has(listener.name)));
  }

  /** The health of the application. */
  health(): Promise<ApplicationHealth> {
    return this.app.health();
  }

  /** The figures of the process: memory, CPU, versions. */
  process(): ProcessSection {
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    return {
      pid: process.pid,
      node: process.version,
      uptimeMs: Math.round(process.uptime() * 1_000),
      memory: { rssBytes: rss, heapUsedBytes: heapUsed, heapTotalBytes: heapTotal },
      eventLoopDelay: this.#readLoopDelay(),
    };
  }

  /** The newest runs. */
  runs(): RunsSection {
    const since = this.clock.now() - RECENT_MS;
    const counts = this.app.daemons.list().map(({ name }) => {
      const failed = this.app.runs(name).filter(({ outcome, finishedAt }) => {
        const wrong = outcome === 'failed' || outcome === 'timed_out';
        return wrong && finishedAt !== undefined && Date.parse(finishedAt) >= since;
      });
      return [name, failed.length] as const;
    });
    const byListener = Object.fromEntries(counts.filter(([, count]) => count > 0));
    return { recentErrors: counts.reduce((sum, [, count]) => sum + count, 0), byListener };
  }

  /** The findings of the probes. */
  probes(): ProbesSection {
    const heartbeat = this.heartbeat.current();
    switch (heartbeat.state) {
      case 'ready':
        return { findings: heartbeat.instance.current() };
      case 'disabled':
        return { absent: heartbeat.reason, findings: [] };
      case 'failed':
      case 'restarting':
        return { absent: messageOf(heartbeat.error, (text) => this.app.redact(text)), findings: [] };
      case 'stopped':
        return { absent: 'heartbeat_probes does not run', findings: [] };
    }
  }

  #readLoopDelay(): ProcessSection['eventLoopDelay'] {
    const histogram = this.#loopDelay;
    if (histogram === undefined) throw new Error('The event loop is not measured: the snapshot daemon does not run.');
    // Without a sample the mean is NaN, and JSON has no NaN.
    const lateMs = (gapNs: number): number => Math.max(0, Math.round((gapNs || 0) / 1e6) - RESOLUTION_MS);
    const delay = {
      meanMs: lateMs(histogram.mean),
      p99Ms: lateMs(histogram.percentile(99)),
      maxMs: lateMs(histogram.max),
    };
    histogram.reset();
    return delay;
  }
}

function describeListener(listener: ListenerStatus, saysDown: boolean): ListenerSection {
  const { name, state, startedAt, error, blockedBy, disabledReason, stuck } = listener;
  return {
    name,
    state,
    status: saysDown ? 'down' : upOrDown(state),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(error === undefined ? {} : { error }),
    ...(blockedBy === undefined ? {} : { blockedBy }),
    ...(disabledReason === undefined ? {} : { disabledReason }),
    ...(stuck === undefined ? {} : { stuck }),
    tasks: listener.tasks.map(({ name: task, nextRunAt, lastRun }) => ({
      name: task,
      ...(nextRunAt === undefined ? {} : { nextRunAt }),
      ...(lastRun === undefined ? {} : { lastRun }),
    })),
  };
}

function upOrDown(state: ListenerStatus['state']): ListenerSection['status'] {
  switch (state) {
    case 'running':
    case 'stopping':
      return 'up';
    case 'registered':
    case 'disabled':
    case 'starting':
    case 'stopped':
      return 'off';
    case 'startup_failed':
    case 'backing_off':
    case 'blocked':
    case 'died':
    case 'shutdown_failed':
      return 'down';
  }
}
