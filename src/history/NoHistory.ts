import { type HistoryPage, RunHistory } from '../contracts/RunHistory';
import { HistoryOffError } from '../errors/taskErrors';

/** The history of an application that keeps none. */
export class NoHistory extends RunHistory {
  query(): Promise<HistoryPage> {
    return Promise.reject(new HistoryOffError());
  }
}
