import type { ServiceIdentifier } from 'inversify';

import type { Class } from '../../container/Class';
import type { Duration } from '../../contracts/Duration';
import type { TestApplicationOptions } from '../createTestApplication';
import type { Override } from '../override';

/** How the daemon is certified: what its application consists of beside it. */
export interface CertifyOptions extends Pick<TestApplicationOptions, 'services' | 'modules' | 'config' | 'settleMs'> {
  /** Listeners that the daemon needs. @defaultValue `[]` */
  readonly listeners?: readonly Class[];
  /** Bindings to replace in each application of the battery. @defaultValue `[]` */
  readonly overrides?: readonly Override[];
  /**
   * What the daemon waits for: their calls are made to hang, to be slow and to fail. A call that hangs gives up when a
   * signal among its arguments aborts, as it should.
   * @defaultValue the identifiers of `services` and `overrides`
   */
  readonly dependencies?: readonly ServiceIdentifier[];
  /** Also: a second startup, and a shutdown without any, must do no harm. @defaultValue false */
  readonly defensive?: boolean;
  /** How much virtual time a hook may take to settle once its signal has aborted. @defaultValue `'1s'` */
  readonly within?: Duration;
}
