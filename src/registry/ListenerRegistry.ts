import type { ListenerEntry } from '../contracts/entries';
import { EntryRegistry } from './EntryRegistry';

/** What starts and stops: every listener, the background daemons among them. */
export class ListenerRegistry extends EntryRegistry<ListenerEntry> {}
