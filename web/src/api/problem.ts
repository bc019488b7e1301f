/** What the server (or the way to it) says went wrong; the panels choose their sentence by `kind`. */
export type ProblemKind = 'offline' | 'signed_out' | 'forbidden' | 'not_found' | 'refused' | 'server';

export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly status: number;
  readonly detail: string | null;
  readonly parameter: string | null;
  /** What the server asks for beside. */
  readonly needs: 'second_factor' | null;
  /** Seconds after which trying again may help. */
  readonly retryAfter: number | null;

  constructor(
    status: number,
    title: string,
    detail: string | null = null,
    parameter: string | null = null,
    { needs = null, retryAfter = null }: { needs?: 'second_factor' | null; retryAfter?: number | null } = {},
  ) {
    super(title);
    this.name = 'Problem';
    this.status = status;
    this.kind = kindOf(status);
    this.detail = detail;
    this.parameter = parameter;
    this.needs = needs;
    this.retryAfter = retryAfter;
  }
}

/** Status 0 stands for no answer at all. */
function kindOf(status: number): ProblemKind {
  if (status === 0) return 'offline';
  if (status === 401) return 'signed_out';
  if (status === 403) return 'forbidden';
  if (status === 404) return 'not_found';
  if (status < 500) return 'refused';
  return 'server';
}

export async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const fields = isObject(body) ? body : {};
  return new Problem(
    response.status,
    textOr(fields.title, response.statusText || `HTTP ${String(response.status)}`),
    textOr(fields.detail, null),
    textOr(fields.parameter, null),
    {
      needs: fields.type === '/problems/second-factor' ? 'second_factor' : null,
      retryAfter: Number(response.headers.get('retry-after')) || null,
    },
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
