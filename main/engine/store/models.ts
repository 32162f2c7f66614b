import type { ModelInspection, ModelSummary, VariantLineage } from '../../../shared/model.ts';
import type { RecipeReport } from '../../../shared/recipe.ts';
import { CrivoError } from '../../../shared/errors.ts';
import type { Connection } from './database.ts';
import type { Clock } from '../ports.ts';
import { say } from '../../../shared/phrases/phrase.ts';

export interface NewModel {
  readonly sha256: string;
  readonly name: string;
  readonly sizeBytes: number;
  /** Epoch ms. */
  readonly addedAt: number;
  readonly inspection: ModelInspection;
  readonly precision: string;
  readonly importedFrom: string | null;
  readonly lineage: VariantLineage | null;
  readonly report: RecipeReport | null;
}

export interface StoredModel extends ModelSummary {
  readonly inspection: ModelInspection;
  readonly importedFrom: string | null;
  readonly report: RecipeReport | null;
  readonly removed: boolean;
}

export interface ModelStore {
  /** Throws `conflict` where the name or the content is already there. */
  readonly insert: (model: NewModel) => StoredModel;
  /** Those present, by name. */
  readonly list: () => readonly ModelSummary[];
  /** Also a removed one; null where the content was never there. */
  readonly get: (sha256: string) => StoredModel | null;
  /** A present one, or null. */
  readonly getByName: (name: string) => StoredModel | null;
  /** Present models whose SHA-256 begins so. */
  readonly findByPrefix: (prefix: string) => readonly ModelSummary[];
  /** Present variants made from a model, by name. */
  readonly children: (parentSha256: string) => readonly ModelSummary[];
  /** Throws `conflict` where the name is taken, `not-found`. */
  readonly update: (
    sha256: string,
    changes: { readonly name?: string; readonly tags?: readonly string[]; readonly note?: string },
  ) => StoredModel;
  /** Throws `conflict` where a model that comes back finds its name taken, `not-found`. */
  readonly setRemoved: (sha256: string, removed: boolean) => StoredModel;
}

interface SummaryRecord {
  readonly sha256: string;
  readonly name: string;
  readonly size_bytes: number;
  readonly added_at_ms: number;
  readonly precision: string;
  readonly parameter_count: number;
  readonly macs: number | null;
  readonly opset: number;
  readonly imported_from: string | null;
  readonly parent_sha256: string | null;
  readonly recipe_name: string | null;
  readonly recipe_hash: string | null;
  readonly tags_json: string;
  readonly note: string;
  readonly removed_at_ms: number | null;
}
interface ModelRecord extends SummaryRecord {
  readonly inspection_json: string;
  readonly report_json: string | null;
}

const summaryColumns =
  'sha256, name, size_bytes, added_at_ms, precision, parameter_count, macs, opset, imported_from, parent_sha256, recipe_name, recipe_hash, tags_json, note, removed_at_ms';

/** Models and variants of the library. */
export function createModelStore(db: Connection, clock: Clock): ModelStore {
  const bySha = db.prepare<[string], ModelRecord>('SELECT * FROM models WHERE sha256 = ?');
  const byName = db.prepare<[string], ModelRecord>('SELECT * FROM models WHERE name = ? AND removed_at_ms IS NULL');
  const present = db.prepare<[], SummaryRecord>(
    `SELECT ${summaryColumns} FROM models WHERE removed_at_ms IS NULL ORDER BY name COLLATE NOCASE, name`,
  );
  const byPrefix = db.prepare<[string, string], SummaryRecord>(
    `SELECT ${summaryColumns} FROM models WHERE sha256 >= ? AND sha256 < ? AND removed_at_ms IS NULL ORDER BY sha256`,
  );
  const byParent = db.prepare<[string], SummaryRecord>(
    `SELECT ${summaryColumns} FROM models WHERE parent_sha256 = ? AND removed_at_ms IS NULL ORDER BY name COLLATE NOCASE, name`,
  );
  const insertion = db.prepare(
    `INSERT INTO models (${summaryColumns}, inspection_json, report_json)
     VALUES (@sha256, @name, @sizeBytes, @addedAt, @precision, @parameterCount, @macs, @opset, @importedFrom, @parentSha256, @recipeName, @recipeHash, '[]', '', NULL, @inspectionJson, @reportJson)`,
  );
  const change = db.prepare('UPDATE models SET name = ?, tags_json = ?, note = ? WHERE sha256 = ?');
  const removal = db.prepare('UPDATE models SET removed_at_ms = ? WHERE sha256 = ?');

  const existing = (sha256: string): StoredModel => {
    const record = bySha.get(sha256);
    if (record === undefined) throw new CrivoError('not-found', say('noModelOf', { sha256 }));
    return toModel(record);
  };

  return {
    insert: (model) =>
      unlessTaken(model.name, () => {
        insertion.run(insertionParameters(model));
        return existing(model.sha256);
      }),
    list: () => present.all().map(toSummary),
    get: (sha256) => {
      const record = bySha.get(sha256);
      return record === undefined ? null : toModel(record);
    },
    getByName: (name) => {
      const record = byName.get(name);
      return record === undefined ? null : toModel(record);
    },
    findByPrefix: (prefix) => byPrefix.all(prefix.toLowerCase(), `${prefix.toLowerCase()}g`).map(toSummary),
    children: (parentSha256) => byParent.all(parentSha256).map(toSummary),
    update: (sha256, changes) => {
      const model = existing(sha256);
      const name = changes.name ?? model.name;
      return unlessTaken(name, () => {
        change.run(name, JSON.stringify(changes.tags ?? model.tags), changes.note ?? model.note, sha256);
        return existing(sha256);
      });
    },
    setRemoved: (sha256, removed) => {
      const model = existing(sha256);
      return unlessTaken(model.name, () => {
        removal.run(removed ? clock.now() : null, sha256);
        return existing(sha256);
      });
    },
  };
}

function insertionParameters(model: NewModel): Record<string, string | number | null> {
  const defaultOpset = model.inspection.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx');
  return {
    sha256: model.sha256,
    name: model.name,
    sizeBytes: model.sizeBytes,
    addedAt: model.addedAt,
    precision: model.precision,
    parameterCount: model.inspection.parameterCount,
    macs: model.inspection.macs,
    opset: defaultOpset?.version ?? 0,
    importedFrom: model.importedFrom,
    parentSha256: model.lineage?.parentSha256 ?? null,
    recipeName: model.lineage?.recipeName ?? null,
    recipeHash: model.lineage?.recipeHash ?? null,
    inspectionJson: JSON.stringify(model.inspection),
    reportJson: model.report === null ? null : JSON.stringify(model.report),
  };
}

function unlessTaken<Result>(name: string, write: () => Result): Result {
  try {
    return write();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'SQLITE_CONSTRAINT_UNIQUE') {
      throw new CrivoError('conflict', say('modelNameTaken', { name }), { cause: error });
    }
    if (code === 'SQLITE_CONSTRAINT_PRIMARYKEY') {
      throw new CrivoError('conflict', say('modelKnown', { name }), {
        cause: error,
      });
    }
    throw error;
  }
}

function toSummary(record: SummaryRecord): ModelSummary {
  return {
    sha256: record.sha256,
    name: record.name,
    sizeBytes: record.size_bytes,
    addedAt: new Date(record.added_at_ms).toISOString(),
    tags: JSON.parse(record.tags_json) as string[],
    note: record.note,
    precision: record.precision,
    parameterCount: record.parameter_count,
    macs: record.macs,
    opset: record.opset,
    lineage:
      record.parent_sha256 === null
        ? null
        : {
            parentSha256: record.parent_sha256,
            recipeName: record.recipe_name ?? '',
            recipeHash: record.recipe_hash ?? '',
          },
  };
}

function toModel(record: ModelRecord): StoredModel {
  return {
    ...toSummary(record),
    inspection: JSON.parse(record.inspection_json) as ModelInspection,
    importedFrom: record.imported_from,
    report: record.report_json === null ? null : (JSON.parse(record.report_json) as RecipeReport),
    removed: record.removed_at_ms !== null,
  };
}
