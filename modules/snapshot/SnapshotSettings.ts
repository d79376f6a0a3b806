import { IsString, Length } from 'class-validator';
import { IsDuration, type Duration, Settings } from 'daemonry';

/** Settings of the snapshot, under `snapshot`. How often is `listeners.snapshot.interval`. */
@Settings('snapshot')
export class SnapshotSettings {
  /** The file, relative to the working directory. Its folder is made when it is missing. */
  @IsString()
  @Length(1, 1_000)
  readonly path: string = 'state/snapshot.json';

  /** A snapshot older than this is not read any more. */
  @IsDuration({ min: '1s', max: '30d' })
  readonly maxAge: Duration = '10m';
}
