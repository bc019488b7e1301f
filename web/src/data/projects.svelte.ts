import { ask, read, send } from '../api/client';
import { Problem } from '../api/problem';
import type { Evaluation, List, Me, NewMeasure, NewProject, Project, ProjectArea, StepAction } from '../api/types';
import { text } from '../text';
import { Resource } from './resource.svelte';

/** True for roles that can see projects; which ones, the server says. */
export function seesProjects(me: Me): boolean {
  return !me.preview && ['analyst', 'management', 'steering', 'partner'].includes(me.role);
}

/** True for roles that can propose one. */
export function proposesProjects(me: Me): boolean {
  return me.role === 'analyst' && !me.preview;
}

export function circle(lat: number, lng: number, radius_m: number): ProjectArea {
  return { circle: { center: { lat, lng }, radius_m } };
}

/** The projects that one sees, and what one does with them. */
export class Projects {
  readonly all = new Resource<readonly Project[]>();

  load(): void {
    void this.all.load(async (signal) => (await read<List<Project>>('/projects', {}, signal)).items);
  }

  /** The new project, or what was wrong. */
  async propose(project: NewProject): Promise<Project | string> {
    return this.#keep(() => send<Project>('/projects', project));
  }

  step(id: string, action: StepAction, side: string | null, reason: string): Promise<Project | string> {
    return this.#keep(() => send<Project>(`/projects/${id}/steps`, { action, ...(side ? { side } : {}), ...(reason ? { text: reason } : {}) }));
  }

  note(id: string, words: string): Promise<Project | string> {
    return this.#keep(() => send<Project>(`/projects/${id}/notes`, { text: words }));
  }

  addMeasure(id: string, measure: NewMeasure): Promise<Project | string> {
    return this.#keep(() => send<Project>(`/projects/${id}/measures`, measure));
  }

  async #keep(change: () => Promise<Project>): Promise<Project | string> {
    try {
      const project = await change();
      this.all.change((known) => (known.some(({ id }) => id === project.id) ? known.map((one) => (one.id === project.id ? project : one)) : [project, ...known]));
      return project;
    } catch (reason) {
      const problem = reason instanceof Problem ? reason : new Problem(0, String(reason));
      return problem.detail ?? text.state.problem[problem.kind];
    }
  }
}

export async function evaluationOf(measure: string, controls: readonly string[], signal?: AbortSignal): Promise<Evaluation> {
  const query = controls.length > 0 ? `?control=${controls.join(',')}` : '';
  const response = await ask(`/measures/${measure}/evaluation${query}`, signal ? { signal } : undefined);
  return (await response.json()) as Evaluation;
}
