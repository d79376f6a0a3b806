import { readdirSync, readFileSync } from 'node:fs';

import { fileId } from './stateFiles';

/** The descriptors of this process on Linux, and what the system tells of each. */
const DESCRIPTORS = '/proc/self/fd';
const TOLD = '/proc/self/fdinfo';

/**
 * The descriptor by which this process has opened a file, as Linux names it; undefined where it cannot be known. The file is
 * not opened: to close it again would end the locks on it.
 *
 * @param id - as {@link fileId} gives it.
 * @param known - the answer of an earlier call, which is looked at first.
 */
export function descriptorOf(id: string | undefined, known: string | undefined): string | undefined {
  if (id === undefined) return undefined;
  const isIt = (descriptor: string): boolean => fileId(`${DESCRIPTORS}/${descriptor}`) === id;
  try {
    return known !== undefined && isIt(known) ? known : readdirSync(DESCRIPTORS).find(isIt);
  } catch {
    return undefined;
  }
}

/** True if this process has locked the file of a descriptor for writing; undefined if the system does not tell. */
export function isLocked(descriptor: string): boolean | undefined {
  try {
    return /^lock:.* WRITE /m.test(readFileSync(`${TOLD}/${descriptor}`, 'utf8'));
  } catch {
    return undefined;
  }
}
