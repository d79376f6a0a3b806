/** What a listener has left open. */
export interface Leak {
  /** The hook or task that made it: `order_sync.startup`. */
  readonly owner: string;
  /** `timer`, `socket`, `server`, `listener of process "SIGHUP"` … */
  readonly kind: string;
  /** Where it was made: `file:line:column`. */
  readonly at?: string;
}

/** `order_sync.startup: timer, made at file:line:column` */
export const describeLeak = ({ owner, kind, at }: Leak): string =>
  `${owner}: ${kind}${at === undefined ? '' : `, made at ${at}`}`;
