import { isObject, propertyOf } from './fields';
import { cutText } from './text';

const MOST_PROBLEMS = 5;
const LONGEST_PROBLEM = 200;

/**
 * The problems in an error of the library that checks messages of the Model Context Protocol, as one line: where, and what is
 * wrong there; `undefined` for any other error. Its own message is a listing of many lines.
 */
export function schemaProblems(error: unknown): string | undefined {
  const issues = propertyOf(error, 'issues');
  if (!Array.isArray(issues)) return undefined;
  const told = issues.slice(0, MOST_PROBLEMS).map((issue: unknown) => {
    const { path, message } = isObject(issue) ? issue : {};
    const where = Array.isArray(path) && path.length > 0 ? `${path.map(String).join('.')}: ` : '';
    return cutText(`${where}${String(message)}`, LONGEST_PROBLEM);
  });
  const rest = issues.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ');
}
