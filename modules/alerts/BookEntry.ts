import type { Acknowledgement, AlertSource } from './Alert';

/** What is remembered of an alert for as long as it stands. */
export interface BookEntry {
  readonly source: AlertSource;
  readonly firstSeenAt: string;
  readonly acknowledged?: Acknowledgement;
}

/** By the alert's id. */
export type BookEntries = Readonly<Record<string, BookEntry>>;
