import { ProjectsScreen } from '../../../../features/projects/projects-screen.tsx'

export default function ProjectsPage() {
  return <ProjectsScreen />
}
