//! Who sees a project, and who works on it. What a project says is what people wrote; figures come by the one gate.

use super::{Project, ProjectStatus};
use crate::organisation::Partnership;
use crate::viewer::{Role, Viewer};

/// What a viewer may do with projects.
#[derive(Debug, Clone, Copy)]
pub struct ProjectRights<'a> {
    viewer: &'a Viewer,
    /// Of a carrier or a body, and not only of a partner.
    is_inside: bool,
}

impl<'a> ProjectRights<'a> {
    /// The rights of a viewer. Where the configuration names nobody, every organisation counts as a carrier.
    pub fn of(viewer: &'a Viewer, partnership: &Partnership) -> Self {
        let id = &viewer.organisation;
        let is_carrier = partnership
            .organisations()
            .iter()
            .any(|organisation| organisation.id == *id && organisation.is_carrier());
        let is_body = partnership.bodies().iter().any(|body| body.id == *id);
        Self {
            viewer,
            is_inside: is_carrier || is_body || partnership.is_empty(),
        }
    }

    /// True when there can be projects that the viewer sees. Guests, press, operators and auditors see none.
    pub fn sees_any(self) -> bool {
        matches!(
            self.viewer.role,
            Role::Analyst | Role::Management | Role::Steering | Role::Partner
        )
    }

    /// True when the viewer sees the project: analysts of the carriers and the management all, the Lenkungsgruppe what has
    /// left the first body, everybody else what their organisation takes part in.
    pub fn sees(self, project: &Project) -> bool {
        match self.viewer.role {
            Role::Analyst | Role::Management if self.is_inside => true,
            Role::Steering if self.is_inside => project.status != ProjectStatus::Proposed,
            Role::Analyst | Role::Management | Role::Steering | Role::Partner => {
                project.takes_part(&self.viewer.organisation)
            }
            Role::Press | Role::Guest | Role::Admin | Role::Auditor => false,
        }
    }

    /// True when the viewer may propose projects.
    pub fn proposes(self) -> bool {
        self.viewer.role == Role::Analyst && self.is_inside
    }

    /// True when the viewer may change the project's plan and enter measures.
    pub fn edits(self, project: &Project) -> bool {
        self.proposes() && self.sees(project)
    }

    /// True when the viewer may write a Verlaufsbericht: who works on it, and partners that take part.
    pub fn notes(self, project: &Project) -> bool {
        self.edits(project)
            || (self.viewer.role == Role::Partner && project.takes_part(&self.viewer.organisation))
    }
}
