# Linear mixed models by R's lme4: what ours are measured against.
#
#   Rscript mixed_models.R table.bin N FORMULA
#
# table.bin: doubles, column after column, named by the formula in the order of all.vars(). Prints seconds spent
# fitting and processor seconds, then the same for effects with their conditional standard deviations, then the
# restricted log-likelihood and the variances.
suppressMessages(library(lme4))
asked <- commandArgs(trailingOnly = TRUE)
formula <- as.formula(asked[3])
names <- all.vars(formula)
table <- as.data.frame(matrix(readBin(asked[1], "double", as.integer(asked[2]) * length(names)), ncol = length(names)))
names(table) <- names
clock <- function(work) {
  invisible(gc())
  began <- proc.time()
  value <- work()
  spent <- proc.time() - began
  list(value = value, spent = c(spent["elapsed"], spent["user.self"] + spent["sys.self"]))
}
fit <- clock(function() lmer(formula, table, REML = TRUE, control = lmerControl(calc.derivs = FALSE)))
effects <- clock(function() ranef(fit$value, condVar = TRUE))
variances <- as.data.frame(VarCorr(fit$value))
cat(fit$spent, effects$spent, format(c(logLik(fit$value), variances$vcov), digits = 15), sep = "\n")
