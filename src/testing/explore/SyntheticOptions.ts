/** What the scripts of a `synthetic()` source may consist of. */
export interface SyntheticOptions {
  /** How many listeners at most, up to 6. @defaultValue 4 */
  readonly listeners?: number;
  /** How many tasks a listener has at most, up to 2. @defaultValue 2 */
  readonly tasks?: number;
  /** @defaultValue 4 */
  readonly faults?: number;
  /** @defaultValue 5 */
  readonly actions?: number;
}
