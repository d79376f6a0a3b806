import type { ResolvedConfiguration } from '../configuration/resolveConfiguration';
import type { Bound } from '../container/Bound';
import type { PlannedModule } from '../contracts/BootPlan';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { ListenerPlan } from './ListenerPlan';
import type { PluginInput } from './PluginInput';
import type { PlannedOrder } from './planOrder';

/** What a boot plan is made of. */
export interface BootPlanParts {
  readonly name: string;
  /** Epoch milliseconds of the planning. */
  readonly now: number;
  readonly plans: readonly ListenerPlan[];
  /** By number, as the plans. */
  readonly definitions: readonly ListenerDefinition[];
  readonly ordered: PlannedOrder;
  readonly configuration: ResolvedConfiguration;
  readonly bounds: readonly Bound[];
  readonly modules: readonly PlannedModule[];
  readonly plugins: PluginInput;
}
