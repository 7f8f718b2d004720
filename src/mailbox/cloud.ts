/**
 * What Microsoft's clouds can do differently. Their endpoints stand in the configuration.
 *
 * @see https://learn.microsoft.com/en-us/graph/deployments
 * @see https://learn.microsoft.com/en-us/graph/api/message-permanentdelete (global only)
 * @see https://learn.microsoft.com/en-us/graph/api/attachment-createuploadsession (not in China)
 */
export const CLOUDS = {
  global: { hasPermanentDelete: true, hasUploadSessions: true },
  usgov: { hasPermanentDelete: false, hasUploadSessions: true },
  'usgov-dod': { hasPermanentDelete: false, hasUploadSessions: true },
  china: { hasPermanentDelete: false, hasUploadSessions: false },
} as const;

export type Cloud = keyof typeof CLOUDS;
