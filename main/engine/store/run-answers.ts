import { CrivoError } from '../../../shared/errors.ts';
import type { Answers } from '../accuracy/answers.ts';
import { unpackAnswers } from './answer-codec.ts';
import type { Connection } from './database.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface StoredAnswers {
  readonly answers: Answers;
  readonly datasetSha256: string;
  readonly datasetName: string;
}

/** Reads what a run answered. Raises `not-found` where it answered nothing. */
export function createAnswerReads(db: Connection): { readonly answers: (runId: number) => StoredAnswers } {
  const byRun = db.prepare<
    [number],
    { dataset: string | null; datasetSha256: string | null; encoding: string; data: Buffer }
  >(
    `SELECT runs.dataset, dataset_sha256 AS datasetSha256, encoding, data
     FROM runs LEFT JOIN run_answers ON run_answers.run_id = runs.id WHERE runs.id = ?`,
  );
  return {
    answers: (runId) => {
      const found = byRun.get(runId);
      if (found === undefined) throw new CrivoError('not-found', say('noRun', { run: runId }));
      if (found.datasetSha256 === null) {
        throw new CrivoError('not-found', say('answeredNothing', { run: runId }));
      }
      const { datasetSha256, dataset } = found;
      return { answers: unpackAnswers(found), datasetSha256, datasetName: dataset ?? '' };
    },
  };
}
