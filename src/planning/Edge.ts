import type { EdgeKind } from '../contracts/BootPlan';

/** One listener goes after another. Listeners are numbers, in registration order. */
export interface Edge {
  /** The one that goes first. */
  readonly to: number;
  readonly kind: EdgeKind;
  /** A failure behind it does not block. */
  readonly soft: boolean;
  /** It holds whatever else is wished. One that is not binding yields when it would close a circle. */
  readonly binding: boolean;
}
