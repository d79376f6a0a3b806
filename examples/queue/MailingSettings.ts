import { IsInt, IsString, Min } from 'class-validator';
import { Secret, Settings } from 'daemonry';

/** Settings of the mailing, under `mailing`. */
@Settings('mailing')
export class MailingSettings {
  /** The Redis of the queue: any, not only that of the cluster. */
  @Secret()
  @IsString()
  readonly redis!: string;

  /** The number of mails that one process sends at a time. */
  @IsInt()
  @Min(1)
  readonly atOnce: number = 10;
}
