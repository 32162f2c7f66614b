import { CrivoError } from '../../../shared/errors.ts';
import type { Connection } from './database.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface Annotation {
  readonly ids: readonly number[];
  /** Replace the tags that the runs have. */
  readonly tags?: readonly string[];
  readonly note?: string;
}

/** Sets tags and notes of runs, all or none; throws `not-found`. */
export function createAnnotate(db: Connection): (annotation: Annotation) => void {
  const exists = db.prepare('SELECT 1 FROM runs WHERE id = ?');
  const setNote = db.prepare('UPDATE runs SET note = ? WHERE id = ?');
  const dropTags = db.prepare('DELETE FROM run_tags WHERE run_id = ?');
  const addTag = db.prepare('INSERT OR IGNORE INTO run_tags (run_id, tag) VALUES (?, ?)');
  return db.transaction(({ ids, tags, note }: Annotation) => {
    for (const id of ids) {
      if (exists.get(id) === undefined) throw new CrivoError('not-found', say('noRunUnchanged', { run: id }));
      if (note !== undefined) setNote.run(note, id);
      if (tags === undefined) continue;
      dropTags.run(id);
      for (const tag of tags) addTag.run(id, tag);
    }
  }).immediate;
}
