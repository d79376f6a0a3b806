import { Length } from 'class-validator';
import { Settings } from 'daemonry';

/** Where the modules keep their files, under `data`. */
@Settings('data')
export class DataSettings {
  /** The folder of the modules' files; relative to the working directory. Only the owner of the process may read it. */
  @Length(1, 1_000)
  readonly directory: string = 'data';
}
