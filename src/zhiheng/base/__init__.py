"""What every stage stands on: people and scopes, audit, jobs, definitions, intake, guard, page components."""
