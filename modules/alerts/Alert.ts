import type { Severity } from '../audit_log/auditEvents';

/** The rules that raise alerts; the category of an alert is the rule that raised it. */
export type AlertCategory =
  | 'cost_ladder_warned'
  | 'cost_ladder_downshifted'
  | 'cost_ladder_halted'
  | 'operator_paused'
  | 'operator_stopped'
  | 'webhook_dead_letters'
  | 'capability_denied'
  | 'tool_errors'
  | 'slack_reply_failures'
  | 'service_unhealthy';

export const ALERT_SOURCES = ['cost_ladder', 'operational_state', 'audit_log', 'heartbeat_probes'] as const;

/** Where the facts of an alert come from. */
export type AlertSource = (typeof ALERT_SOURCES)[number];

/** An alert as its rule raises it: a finding about the present state, without memory of earlier ones. */
export interface RaisedAlert {
  /** The same for as long as the same thing is wrong: the category, and for a probe its name after a colon. */
  readonly id: string;
  readonly severity: Severity;
  readonly category: AlertCategory;
  /** One sentence. */
  readonly title: string;
  readonly detail: string;
  readonly source: AlertSource;
  /** The path of the web server under which there is more. */
  readonly route: string;
}

/** Something that is wrong at present. Plain JSON. */
export interface Alert extends RaisedAlert {
  /** ISO text: when it was noticed first; also across restarts. */
  readonly firstSeenAt: string;
  /** The person who acknowledged it, and when (ISO text); absent while nobody has. */
  readonly acknowledged?: Acknowledgement;
}

/** The person who acknowledged an alert, and when. */
export interface Acknowledgement {
  /** The name of the person. */
  readonly by: string;
  /** ISO text: when it was acknowledged. */
  readonly at: string;
}
