import type { ApplicationHealth, ApplicationStatus, ListenerState, RunRecord, SerializedError } from 'daemonry';

import type { Alert as ActiveAlert } from '../alerts/Alert';
import type { Severity } from '../audit_log/auditEvents';
import type { CostLadderStatus } from '../cost_ladder/CostLadder';
import type { TelemetryWindow } from '../cost_telemetry/TelemetryWindow';
import type { ProbeSnapshot } from '../heartbeat_probes/ProbeFindings';
import type { OperationalStateRecord } from '../operational_state/OperationalState';

export const SCHEMA_VERSION = 1;

export const OVERALL_STATUSES = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
/** The overall state of the application. */
export type OverallStatus = (typeof OVERALL_STATUSES)[number];

/** A part of the snapshot; `unknown` when it could not be collected, and then `failures` says why. */
export type Section<T> = T | 'unknown';

/** The state of the application, without its listeners. */
export interface ApplicationSection extends Omit<ApplicationStatus, 'listeners'> {}

/** A listener with its tasks. */
export interface ListenerSection {
  /** The name of the listener. */
  readonly name: string;
  /** The state of its life cycle. */
  readonly state: ListenerState;
  /** Whether it does its work; `off` when it is disabled or not started yet. */
  readonly status: 'up' | 'down' | 'off';
  /** ISO text: when it started. */
  readonly startedAt?: string;
  /** Why its startup, `ready` hook, `run` body or shutdown failed. */
  readonly error?: SerializedError;
  /** The listener whose failure keeps it from starting. */
  readonly blockedBy?: string;
  /** Reason why it is disabled. */
  readonly disabledReason?: string;
  /** True while a run has outlived its timeout and has not settled; absent otherwise. */
  readonly stuck?: boolean;
  /** The latest run of each of its tasks, and when the next is due. */
  readonly tasks: readonly { readonly name: string; readonly nextRunAt?: string; readonly lastRun?: RunRecord }[];
}

/** The process of the application. */
export interface ProcessSection {
  /** Id of the process. */
  readonly pid: number;
  /** Version of Node. */
  readonly node: string;
  /** Milliseconds since the process began. */
  readonly uptimeMs: number;
  /** Memory of the process, in bytes. */
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly heapTotalBytes: number };
  /** How late the event loop was since the snapshot before. */
  readonly eventLoopDelay: { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number };
}

/** Runs that failed or timed out in the last five minutes. */
export interface RunsSection {
  /** Number of these runs. */
  readonly recentErrors: number;
  /** Number of these runs by listener. */
  readonly byListener: Readonly<Record<string, number>>;
}

/** The findings of the probes. */
export interface ProbesSection {
  /** Why there are no findings, when there are none. */
  readonly absent?: string;
  /** The latest finding of each probe. */
  readonly findings: readonly ProbeSnapshot[];
}

/** The active alerts of the service `Alerts`. */
export interface AlertsSection {
  /** Number of active alerts. */
  readonly activeCount: number;
  /** Number of active alerts by severity. */
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** Number of active alerts by category. */
  readonly byCategory: Readonly<Record<string, number>>;
  /** The active alerts. */
  readonly alerts: readonly ActiveAlert[];
}

/** Calls of models and their costs. */
export interface CostTelemetrySection {
  /** The last 24 hours. */
  readonly rolling_24h: TelemetryWindow;
  /** The present month, in UTC. */
  readonly monthly: TelemetryWindow;
}

/** Failures of the last five minutes in the audit log: dead letters, and replies and notifications that were not sent. */
export interface EventsSection {
  /** Number of these events. */
  readonly recentErrors: number;
  /** Number of these events by type. */
  readonly byType: Readonly<Record<string, number>>;
}

/** How many tasks of people or of an application are not done. */
export interface OpenTaskCount {
  /** Tasks that nobody works on yet. */
  readonly open: number;
  /** Tasks that somebody works on. */
  readonly inProgress: number;
}

/** The sections of a snapshot, each collected on its own. */
export interface SnapshotSections {
  /** The application. */
  readonly application: Section<ApplicationSection>;
  /** The listeners. */
  readonly listeners: Section<readonly ListenerSection[]>;
  /** The health of the application. */
  readonly health: Section<ApplicationHealth>;
  /** The process. */
  readonly process: Section<ProcessSection>;
  /** Recent runs that failed. */
  readonly runs: Section<RunsSection>;
  /** The findings of the probes. */
  readonly probes: Section<ProbesSection>;
  /** The operational state. */
  readonly operationalState: Section<OperationalStateRecord>;
  /** The active alerts. */
  readonly activeAlerts: Section<AlertsSection>;
  /** The cost ladder. */
  readonly costLadder: Section<CostLadderStatus>;
  /** The costs of models. */
  readonly costTelemetry: Section<CostTelemetrySection>;
  /** Recent failures in the audit log. */
  readonly events: Section<EventsSection>;
  /** The open tasks; absent when nobody counts them, by a class bound to `OpenTasks`. */
  readonly openTasks?: Section<OpenTaskCount>;
}

/** A problem that follows from the snapshot itself. */
export interface Alert {
  /** How urgent it is. */
  readonly severity: 'critical' | 'warning';
  /** The part that is affected: `listener:web`, `probe:billing`, `runs`, `audit_log`. */
  readonly subject: string;
  /** A sentence for people. */
  readonly text: string;
}

/** Content of the snapshot's file. */
export interface SnapshotDocument extends SnapshotSections {
  /** Version of the format. */
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** ISO text. */
  readonly computedAt: string;
  /** The overall state of the application. */
  readonly overall: OverallStatus;
  /** The problems that follow from the sections. */
  readonly alerts: readonly Alert[];
  /** Why sections are unknown. */
  readonly failures: Readonly<Partial<Record<keyof SnapshotSections, string>>>;
}

/** Milliseconds for which an error counts as recent. */
export const RECENT_MS = 5 * 60_000;
