import { join } from 'node:path';

export interface ArtifactStore {
  /** The folder that holds all artifacts. */
  readonly folder: string;
  /** The folder of an artifact's files, by its SHA-256, whether it exists or not. */
  readonly path: (sha256: string) => string;
}

/** Files kept by content hash: `artifacts/<first 2 hex>/<sha256>/…`, so that no folder grows large. */
export function artifactStore(dataFolder: string): ArtifactStore {
  const folder = join(dataFolder, 'artifacts');
  return { folder, path: (sha256) => join(folder, sha256.slice(0, 2), sha256) };
}
