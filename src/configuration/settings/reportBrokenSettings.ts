import type { AnyClass } from '../../contracts/metadata';
import type { Problems } from '../../errors/Problem';
import { toError } from '../../errors/serializeError';

/** Reports what the code of a settings class threw. */
export function reportBrokenSettings(type: AnyClass, error: unknown, problems: Problems): void {
  problems.add('CONFIG_INVALID_VALUE', {
    what: `The settings class ${type.name} threw an error while it was made or validated: ${toError(error).message}`,
    facts: { class: type.name },
    fix: 'make its constructor, setters and validators work without arguments and without throwing.',
  });
}
