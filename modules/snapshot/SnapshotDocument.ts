import type { ApplicationHealth, ApplicationStatus, ListenerState, RunRecord, SerializedError } from 'daemonry';

import type { Alert as ActiveAlert } from '../alerts/Alert';
import type { Severity } from '../audit_log/auditEvents';
import type { CostLadderStatus } from '../cost_ladder/CostLadder';
import type { TelemetryWindow } from '../cost_telemetry/TelemetryWindow';
import type { ProbeSnapshot } from '../heartbeat_probes/ProbeFindings';
import type { OperationalStateRecord } from '../operational_state/OperationalState';

export const SCHEMA_VERSION = 1;

export const OVERALL_STATUSES = ['healthy', 'degraded', 'unhealthy', 'unknown'] as const;
export type OverallStatus = (typeof OVERALL_STATUSES)[number];

/** A part of the snapshot; `unknown` when it could not be collected, and then `failures` says why. */
export type Section<T> = T | 'unknown';

export interface ApplicationSection extends Omit<ApplicationStatus, 'listeners'> {}

export interface ListenerSection {
  readonly name: string;
  readonly state: ListenerState;
  /** Whether it does its work; `off` when it is disabled or not started yet. */
  readonly status: 'up' | 'down' | 'off';
  readonly startedAt?: string;
  readonly error?: SerializedError;
  readonly blockedBy?: string;
  readonly disabledReason?: string;
  readonly stuck?: boolean;
  /** The latest run of each of its tasks, and when the next is due. */
  readonly tasks: readonly { readonly name: string; readonly nextRunAt?: string; readonly lastRun?: RunRecord }[];
}

export interface ProcessSection {
  readonly pid: number;
  readonly node: string;
  readonly uptimeMs: number;
  readonly memory: { readonly rssBytes: number; readonly heapUsedBytes: number; readonly heapTotalBytes: number };
  /** How late the event loop was since the snapshot before. */
  readonly eventLoopDelay: { readonly meanMs: number; readonly p99Ms: number; readonly maxMs: number };
}

/** Runs that failed or timed out in the last five minutes. */
export interface RunsSection {
  readonly recentErrors: number;
  readonly byListener: Readonly<Record<string, number>>;
}

export interface ProbesSection {
  /** Why there are no findings, when there are none. */
  readonly absent?: string;
  readonly findings: readonly ProbeSnapshot[];
}

/** The active alerts of the service `Alerts`. */
export interface AlertsSection {
  readonly activeCount: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  readonly byCategory: Readonly<Record<string, number>>;
  readonly alerts: readonly ActiveAlert[];
}

export interface CostTelemetrySection {
  readonly rolling_24h: TelemetryWindow;
  readonly monthly: TelemetryWindow;
}

/** Failures of the last five minutes in the audit log: dead letters, and replies and notifications that were not sent. */
export interface EventsSection {
  readonly recentErrors: number;
  readonly byType: Readonly<Record<string, number>>;
}

export interface SnapshotSections {
  readonly application: Section<ApplicationSection>;
  readonly listeners: Section<readonly ListenerSection[]>;
  readonly health: Section<ApplicationHealth>;
  readonly process: Section<ProcessSection>;
  readonly runs: Section<RunsSection>;
  readonly probes: Section<ProbesSection>;
  readonly operationalState: Section<OperationalStateRecord>;
  readonly activeAlerts: Section<AlertsSection>;
  readonly costLadder: Section<CostLadderStatus>;
  readonly costTelemetry: Section<CostTelemetrySection>;
  readonly events: Section<EventsSection>;
}

/** A problem that follows from the snapshot itself. */
export interface Alert {
  readonly severity: 'critical' | 'warning';
  /** The part that is affected: `listener:web`, `probe:billing`, `runs`, `audit_log`. */
  readonly subject: string;
  readonly text: string;
}

/** Content of the snapshot's file. */
export interface SnapshotDocument extends SnapshotSections {
  readonly schemaVersion: typeof SCHEMA_VERSION;
  /** ISO text. */
  readonly computedAt: string;
  readonly overall: OverallStatus;
  readonly alerts: readonly Alert[];
  /** Why sections are unknown. */
  readonly failures: Readonly<Partial<Record<keyof SnapshotSections, string>>>;
}

/** Milliseconds for which an error counts as recent. */
export const RECENT_MS = 5 * 60_000;
