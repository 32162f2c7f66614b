import { CrivoError, fromFailure } from '../../shared/errors.ts';
import { connectionPhrases } from '../../shared/phrases/connection.ts';
import { fillSlots } from '../../shared/phrases/fill-slots.ts';
import type { Failure } from '../../shared/errors.ts';
import { download, followDownload } from './platform.ts';
import type { OnUpload, Platform } from './platform.ts';

/** The platform of the web host: files come by upload and go by download. */
export function createWebPlatform(): Platform {
  return {
    host: 'web',
    pickFiles: async ({ extensions, multiple }, onupload) => {
      const files = await chooseFiles(extensions, { multiple });
      return files === null ? null : uploadFiles(files, onupload);
    },
    pickFolder: async ({ extensions }, onupload) => {
      const chosen = await chooseFiles(extensions, { webkitdirectory: true });
      return chosen === null ? null : uploadFolder(chosen, extensions, onupload);
    },
    droppedFiles: uploadFiles,
    saveFile: (_title, suggestedName) => {
      const place = `${crypto.randomUUID()}/${suggestedName}`;
      const deliver = (): void => followDownload(`/download/${encodeURI(place)}`, suggestedName);
      return Promise.resolve({ path: `download:${place}`, deliver });
    },
    saveContent: download,
    openLink: (url) => void window.open(url, '_blank', 'noopener,noreferrer'),
    onNavigate: () => () => undefined,
  };
}

function chooseFiles(
  extensions: readonly string[],
  how: Partial<Pick<HTMLInputElement, 'multiple' | 'webkitdirectory'>>,
): Promise<readonly File[] | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input');
    input.type = 'file';
    Object.assign(input, how);
    input.accept = extensions.map((extension) => `.${extension}`).join(',');
    input.addEventListener('change', () => resolve([...(input.files ?? [])]));
    input.addEventListener('cancel', () => resolve(null));
    input.click();
  });
}

/** Uploads the files of the extensions with the folders that they are in; the reference to the chosen folder. */
async function uploadFolder(
  chosen: readonly File[],
  extensions: readonly string[],
  onupload?: OnUpload,
): Promise<string> {
  const endings = extensions.map((extension) => `.${extension}`);
  const wanted = chosen.filter(({ name }) => endings.some((ending) => name.toLowerCase().endsWith(ending)));
  if (wanted.length === 0)
    throw new CrivoError('invalid-input', fillSlots(connectionPhrases.folderWithout, { kinds: extensions.join(', ') }));
  const id = crypto.randomUUID();
  await uploadFiles(wanted, onupload, id);
  return `upload:${id}/${foldersOf(wanted[0]!).split('/')[0]}`;
}

const foldersOf = ({ webkitRelativePath }: File): string => webkitRelativePath.split('/').slice(0, -1).join('/');

/** Uploads files side by side into one folder, so that a model finds its external data; the references to them. */
async function uploadFiles(
  files: readonly File[],
  onupload?: OnUpload,
  folder: string = crypto.randomUUID(),
): Promise<readonly string[]> {
  const totalBytes = files.reduce((sum, file) => sum + file.size, 0);
  const references: string[] = [];
  let sentBytes = 0;
  for (const file of files) {
    const before = sentBytes;
    references.push(await uploadFile(file, folder, (bytes) => onupload?.((before + bytes) / Math.max(1, totalBytes))));
    sentBytes += file.size;
  }
  return references;
}

/** XMLHttpRequest, since fetch tells nothing of an upload's progress. */
function uploadFile(file: File, folder: string, onbytes: (sentBytes: number) => void): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(
      'POST',
      `/upload?${new URLSearchParams({ name: file.name, id: folder, folders: foldersOf(file) }).toString()}`,
    );
    request.responseType = 'json';
    request.upload.addEventListener('progress', (event) => onbytes(event.loaded));
    request.addEventListener('load', () => {
      const answer = request.response as { reference?: string; failure?: Failure } | null;
      if (typeof answer?.reference === 'string') resolve(answer.reference);
      else if (answer?.failure !== undefined) reject(fromFailure(answer.failure));
      else
        reject(
          new CrivoError(
            'unavailable',
            fillSlots(connectionPhrases.uploadRefused, { file: file.name, status: request.status }),
          ),
        );
    });
    request.addEventListener('error', () =>
      reject(new CrivoError('unavailable', fillSlots(connectionPhrases.uploadCutOff, { file: file.name }))),
    );
    request.send(file);
  });
}
