import { createContext, Script } from 'node:vm';

import { codeOf } from 'daemonry';

import { McpPatternError } from './errors';
import type { McpEndpoint } from './McpConsumptionSettings';

/** Names that may be written to logs and given to a model. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
/** Time limit for matching: the server chooses the names, and a pattern that backtracks may never end. */
const MATCHING_MS = 250;
const MATCH = new Script('tools.filter((tool) => patterns.some((pattern) => pattern.test(tool)))');

/** True if a tool's name is a plain word. */
export const isSoundToolName = (name: string): boolean => NAME.test(name);

/** Selects the tools that may be called, by their names without the endpoint's. */
export type ToolRule = (tools: readonly string[]) => ReadonlySet<string>;

/**
 * Makes the rule of an endpoint. When its patterns take too long for a name, `tooSlow` is called and nothing is allowed from
 * then on.
 *
 * @throws McpPatternError
 */
export function toolRule({ name, allowedTools }: McpEndpoint, tooSlow: () => void): ToolRule {
  const patterns = allowedTools.map((pattern) => {
    try {
      return new RegExp(`^(?:${pattern})$`, 'i');
    } catch (error) {
      throw new McpPatternError(name, pattern, error);
    }
  });
  let closed = false;
  return (tools) => {
    const sound = tools.filter(isSoundToolName);
    if (closed || patterns.length === 0 || sound.length === 0) return new Set();
    try {
      const context = createContext({ patterns, tools: sound });
      return new Set(MATCH.runInContext(context, { timeout: MATCHING_MS }) as string[]);
    } catch (error) {
      if (codeOf(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      closed = true;
      tooSlow();
      return new Set();
    }
  };
}
