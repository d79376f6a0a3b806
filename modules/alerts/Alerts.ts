import { ListenerLogger } from 'daemonry';
import { injectable } from 'inversify';

import { SEVERITIES } from '../audit_log/auditEvents';
import { CostLadder } from '../cost_ladder/CostLadder';
import { ProbeFindings } from '../heartbeat_probes/ProbeFindings';
import { OperationalState } from '../operational_state/OperationalState';
import { ALERT_SOURCES, type Alert, type AlertSource, type RaisedAlert } from './Alert';
import { AlertBook, AlertUnknownError, type BookEntries } from './AlertBook';
import { RecentEvents } from './RecentEvents';
import { costLadderAlerts, eventAlerts, operationalAlerts, probeAlerts } from './rules';

/** Says what is wrong at present, by ten rules over what the other modules know. */
@injectable()
export class Alerts {
  readonly #known = new Map<AlertSource, readonly RaisedAlert[]>();

  constructor(
    private readonly costs: CostLadder,
    private readonly state: OperationalState,
    private readonly events: RecentEvents,
    private readonly probes: ProbeFindings,
    private readonly book: AlertBook,
    private readonly log: ListenerLogger,
  ) {}

  /**
   * Critical ones first, then warnings, then information; among those, the one that stands longest first. A source that
   * cannot be asked is logged, and what it said last stands. Never rejects.
   */
  async active(): Promise<readonly Alert[]> {
    const silent = new Set<AlertSource>();
    const raised = (await Promise.all(ALERT_SOURCES.map((source) => this.#ask(source, silent)))).flat();
    const entries = await this.book.update(raised, silent);
    return raised.flatMap((alert) => entered(alert, entries)).sort(compare);
  }

  /**
   * Notes that somebody has taken notice of an alert: until it is over and comes again, it is not announced any more.
   *
   * @throws AlertUnknownError; StateError and StateDocumentError when the alerts cannot be read or stored.
   */
  async acknowledge(id: string, { by }: { readonly by: string }): Promise<Alert> {
    const alert = (await this.active()).find((active) => active.id === id);
    if (alert === undefined) throw new AlertUnknownError(id);
    const { acknowledged } = await this.book.acknowledge(id, by);
    return { ...alert, ...(acknowledged === undefined ? {} : { acknowledged }) };
  }

  async #ask(source: AlertSource, silent: Set<AlertSource>): Promise<readonly RaisedAlert[]> {
    try {
      const raised = await this.#raise(source);
      if (raised !== undefined) {
        this.#known.set(source, raised);
        return raised;
      }
      silent.add(source);
    } catch (error) {
      silent.add(source);
      this.log.warn(`The alerts of ${source} are those of before: it cannot be asked`, { error });
    }
    return this.#known.get(source) ?? [];
  }

  /** `undefined` while the source has nothing to say yet. */
  async #raise(source: AlertSource): Promise<readonly RaisedAlert[] | undefined> {
    switch (source) {
      case 'cost_ladder':
        return costLadderAlerts(await this.costs.current());
      case 'operational_state':
        return operationalAlerts(await this.state.current());
      case 'audit_log':
        return eventAlerts(await this.events.count());
      case 'heartbeat_probes':
        return this.probes.known ? probeAlerts(this.probes.current()) : undefined;
    }
  }
}

function entered(alert: RaisedAlert, entries: BookEntries): readonly Alert[] {
  const entry = entries[alert.id];
  if (entry === undefined) return []; // struck by a later call in the meantime
  const { firstSeenAt, acknowledged } = entry;
  return [{ ...alert, firstSeenAt, ...(acknowledged === undefined ? {} : { acknowledged }) }];
}

const compare = (a: Alert, b: Alert): number =>
  SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
  a.firstSeenAt.localeCompare(b.firstSeenAt) ||
  a.id.localeCompare(b.id);
