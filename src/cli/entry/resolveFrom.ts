/** The file of a package as `from` finds it; undefined when it is not installed, and the caller says what that means. */
export function resolveFrom(from: NodeJS.Require, name: string): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
