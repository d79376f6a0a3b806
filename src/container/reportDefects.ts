import { listenerMetadata } from '../contracts/metadata';
import type { Problems } from '../errors/Problem';
import type { BindingNote } from './BindingNote';
import { type MetadataDefect, reportDefect } from './metadataDefect';

/** Reports what keeps bound classes from being constructed; an inherited defect once, not for each subclass. */
export function reportDefects(notes: Iterable<BindingNote>, problems: Problems): void {
  const reported: MetadataDefect[] = [];
  for (const { binding, reading, origin, implementation } of notes) {
    if (binding === undefined || implementation === undefined || reading === undefined) continue;
    // Of a class that was given as a listener without a decorator, that it has none is reported already.
    if (origin.kind === 'listeners' && listenerMetadata(implementation) === undefined) continue;
    for (const defect of reading.defects) {
      if (reported.some(({ owner, at }) => owner === defect.owner && at === defect.at)) continue;
      reported.push(defect);
      reportDefect(defect, problems);
    }
  }
}
