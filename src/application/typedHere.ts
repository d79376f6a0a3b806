import { relative } from 'node:path';

/**
 * The program `daemonry` and the entry file of this process, as a user types them in the working directory. In a checkout of
 * the framework, which runs from its sources, the program is a script of it.
 */
export function typedHere(): { readonly program: string; readonly entry: string } {
  const entry = process.argv[1] ?? '';
  let near = entry;
  try {
    near = relative(process.cwd(), entry);
  } catch {
    // The working directory is gone: the whole path is right everywhere.
  }
  return {
    program: __filename.endsWith('.ts') ? 'npm run daemonry --' : 'npx daemonry',
    entry: near === '' || near.startsWith('..') ? entry : near,
  };
}
