import { ArrayMaxSize, IsArray, IsInt, Length, Max, Min } from 'class-validator';
import {
  BackgroundDaemon,
  Clock,
  type Duration,
  durationMs,
  IsDuration,
  type OnTick,
  Settings,
  type TickContext,
} from 'daemonry';

import { AuditLog } from '../../audit_log/AuditLog';
import { LimitedMap } from '../bounded';
import { titleOf } from '../checkProposal';
import { type Observation, PromotionCycle, PromotionLoopSettings } from '../PromotionCycle';

/** Settings of the snapshot loop, under `promote_snapshot_expand`. */
@Settings('promote_snapshot_expand')
export class PromoteSnapshotExpandSettings extends PromotionLoopSettings {
  /** Age of the oldest calls of tools that are read. */
  @IsDuration({ min: '1h', max: '365d' })
  readonly window: Duration = '7d';

  /** Minimum number of calls of a tool. */
  @IsInt()
  @Min(2)
  @Max(100_000)
  readonly minCalls: number = 5;

  /** Names of tools whose answers the snapshot holds already. */
  @IsArray()
  @ArrayMaxSize(1_000)
  @Length(1, 256, { each: true })
  readonly backedTools: readonly string[] = [];
}

const MOST_TOOLS = 1_000;

/** Proposes fields of the snapshot for tools that models call repeatedly. */
@BackgroundDaemon({ name: 'promote_snapshot_expand', interval: '24h', misfire: 'run-once' })
export class PromoteSnapshotExpand implements OnTick {
  constructor(
    private readonly settings: PromoteSnapshotExpandSettings,
    private readonly audit: AuditLog,
    private readonly cycle: PromotionCycle,
    private readonly clock: Clock,
  ) {}

  /** Runs one promotion cycle. */
  tick(context: TickContext): Promise<void> {
    return this.cycle.run('snapshot_expand', this.settings, context, () => this.#observe(context.signal));
  }

  async #observe(signal: AbortSignal): Promise<Observation> {
    const tools = new LimitedMap((_tool: string) => ({ calls: 0, routes: new Set<string>(), lastAt: 0 }), MOST_TOOLS);
    const since = this.clock.now() - durationMs(this.settings.window);
    let observed = 0;
    for await (const event of this.audit.scan({ since, types: ['reasoning.tool_called'], signal })) {
      // A failed call does not show the answer that the snapshot would have to hold.
      if (event.type !== 'reasoning.tool_called' || event.details.outcome !== 'ok') continue;
      observed += 1;
      const use = tools.obtain(event.details.tool);
      if (use === undefined) continue;
      use.calls += 1;
      use.routes.add(event.details.route);
      use.lastAt = Date.parse(event.at);
    }
    const uses = [...tools.entries()].map(([tool, { routes, ...use }]) => ({
      tool,
      ...use,
      routes: [...routes].sort(),
    }));
    return { observed, proposals: proposeFields(uses, this.settings), figures: { ignored: tools.overflow } };
  }
}

/** Number of calls from which the confidence is 1. */
const SURE = 10;

/** Calls of a tool within the window. */
export interface ToolUse {
  readonly tool: string;
  readonly calls: number;
  readonly routes: readonly string[];
  /** When the newest call was made; epoch ms. */
  readonly lastAt: number;
}

/** Proposes a field of the snapshot for each tool that was called at least `minCalls` times. */
export function proposeFields(
  uses: readonly ToolUse[],
  { minCalls, backedTools }: { readonly minCalls: number; readonly backedTools: readonly string[] },
): Observation['proposals'] {
  return uses
    .filter(({ tool, calls }) => calls >= minCalls && !backedTools.includes(tool))
    .map(({ tool, calls, routes, lastAt }) => ({
      key: tool,
      title: titleOf(`Put what ${tool} answers into the snapshot`),
      confidence: Math.min(1, calls / SURE),
      body: { tool, field: fieldOf(tool), calls, routes },
      samples: [],
      observedAt: lastAt,
    }));
}

/** The name of a tool without its prefix: the text before the first double underscore, which names its server. */
export const fieldOf = (tool: string): string => tool.replace(/^[^_]+(?:_[^_]+)*__(?=.)/, '');
