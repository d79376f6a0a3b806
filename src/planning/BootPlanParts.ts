import type { ResolvedConfiguration } from '../configuration';
import type { Bound } from '../container/Bound';
import type { PlannedModule } from '../contracts/BootPlan';
import type { DiscoveredListener } from '../contracts/DiscoveredListener';
import type { ListenerDefinition } from '../contracts/ListenerDefinition';
import type { PlannedOrder } from './planOrder';
import type { PluginInput } from './PluginInput';

/** The results of planning that a boot plan shows. */
export interface BootPlanParts {
  readonly name: string;
  /** The instant of planning, in epoch milliseconds. */
  readonly now: number;
  /** In registration order. */
  readonly listeners: readonly DiscoveredListener[];
  /** In registration order. */
  readonly definitions: readonly ListenerDefinition[];
  /** The start order, with edges and reasons. */
  readonly ordered: PlannedOrder;
  readonly configuration: ResolvedConfiguration;
  /** Every binding of the application, in bind order. */
  readonly bounds: readonly Bound[];
  /** In load order. */
  readonly modules: readonly PlannedModule[];
  readonly plugins: PluginInput;
}
