/** What a host does for the page beside the contract: files in and out, links, the menu's wishes. */

/** Where a call writes a file to. */
export interface Destination {
  /** What goes into the call's `file` field. */
  readonly path: string;
  /** Hands the written file to the person; nothing to do where `path` is already the place they chose. */
  readonly deliver: () => void;
}

export interface PickFiles {
  readonly title: string;
  /** Without dots. */
  readonly extensions: readonly string[];
  readonly multiple: boolean;
}

/** How far an upload is, 0–1. */
export type OnUpload = (fraction: number) => void;

export interface Platform {
  readonly host: 'desktop' | 'web';
  /** Paths (or references to uploads) for calls such as `models.add`; null where the person cancelled. */
  readonly pickFiles: (request: PickFiles, onupload?: OnUpload) => Promise<readonly string[] | null>;
  /** Path of a folder (or reference to its upload, of which only files of the extensions are sent); null where the person cancelled. */
  readonly pickFolder: (request: Omit<PickFiles, 'multiple'>, onupload?: OnUpload) => Promise<string | null>;
  /** Paths (or references to uploads) of files that were dropped on the page. */
  readonly droppedFiles: (files: readonly File[], onupload?: OnUpload) => Promise<readonly string[]>;
  /** Asks where the engine shall write; null where the person cancelled. */
  readonly saveFile: (title: string, suggestedName: string) => Promise<Destination | null>;
  /** Saves what the page itself made (a picture, a text). */
  readonly saveContent: (suggestedName: string, content: Blob) => void;
  readonly openLink: (url: string) => void;
  /** The host's menu, or a file opened with the app, asks the page to go somewhere. */
  readonly onNavigate: (listener: (route: string, paths: readonly string[]) => void) => () => void;
}

/** Saves content as a download. */
export function download(suggestedName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  followDownload(url, suggestedName);
  // The browser reads the URL after the click; one minute is ample.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Follows a link that answers with a file. */
export function followDownload(url: string, suggestedName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = suggestedName;
  link.click();
}
