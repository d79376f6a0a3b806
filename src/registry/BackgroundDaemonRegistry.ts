import type { BackgroundDaemonEntry } from '../contracts/entries';
import { EntryRegistry } from './EntryRegistry';

/** How daemons are run: tasks, timeouts, fatality. */
export class BackgroundDaemonRegistry extends EntryRegistry<BackgroundDaemonEntry> {}
