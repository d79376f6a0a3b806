import { titleOf } from '../promotions/checkProposal';
import type { Observation } from '../promotions/PromotionCycle';

/** From so many calls on, a proposal is sure. */
const SURE = 10;

/** How a tool was called. */
export interface ToolUse {
  readonly tool: string;
  readonly calls: number;
  readonly routes: readonly string[];
  /** The newest call; epoch ms. */
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

/** The tool's name without what stands before the first double underscore, which says whose tool it is. */
export const fieldOf = (tool: string): string => tool.replace(/^[^_]+(?:_[^_]+)*__(?=.)/, '');
