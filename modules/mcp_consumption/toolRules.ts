import { createContext, Script } from 'node:vm';

import type { McpEndpoint } from './McpConsumptionSettings';
import { McpPatternError } from './errors';

/** What a name may look like that is written to logs and given to a model. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
/** A pattern that backtracks can take longer than the universe lasts, and the server chooses the names. */
const MATCHING_MS = 250;
const MATCH = new Script('tools.filter((tool) => patterns.some((pattern) => pattern.test(tool)))');

export const isSoundToolName = (name: string): boolean => NAME.test(name);

/** Which of these tools may be called, by their bare names. */
export type ToolRule = (tools: readonly string[]) => ReadonlySet<string>;

/**
 * The rule of an endpoint. Once its patterns take too long for a name it allows nothing any more, and `tooSlow` is called.
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
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      closed = true;
      tooSlow();
      return new Set();
    }
  };
}
