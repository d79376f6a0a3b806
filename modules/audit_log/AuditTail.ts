import type { LogPlace } from '../shared/log/LogItem';
import type { SegmentedLog } from '../shared/SegmentedLog';
import type { AuditEvent } from './AuditEvent';

/** Reads on where it stopped reading. It remembers its place only as long as it lives: see `AuditConsumer` for more. */
export class AuditTail {
  #place: LogPlace | undefined;

  constructor(
    private readonly events: SegmentedLog<AuditEvent>,
    private readonly since: number,
  ) {}

  /**
   * The events that follow those that were read, oldest first, up to the end of the log at the call. The first ones may be
   * older than the tail's `since`. Reads must not overlap.
   */
  async *read(signal?: AbortSignal): AsyncGenerator<AuditEvent, void> {
    this.#place ??= await this.events.placeBefore({ at: this.since });
    for await (const item of this.events.read(this.#place, signal)) {
      if (item.kind !== 'entry') continue;
      this.#place = item.end;
      yield item.entry;
    }
  }
}
