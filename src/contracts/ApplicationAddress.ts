/**
 * Tells the commands of this machine, such as `daemonry status`, where the application answers. Inject it by this class. The
 * address stands in the state database; an application without one has nowhere to publish it, and nothing is done.
 */
export abstract class ApplicationAddress {
  /**
   * Publishes the URL of the HTTP API, in place of any before it.
   *
   * @param url - `undefined` when it answers nowhere any more.
   * @throws {@link StateError} when it cannot be written.
   */
  abstract publish(url: string | undefined): Promise<void>;
}
