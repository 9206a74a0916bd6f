# Quantile regressions of a score on splines of earlier scores by R's quantreg: what ours is measured against.
#
#   Rscript growth.R scores.csv knots.csv METHOD
#
# scores.csv: earlier terms, latest first, then the current score, no header. knots.csv: a line a term, the two
# boundaries and then the knots. Prints seconds spent fitting and the check loss of each of the 100 levels.
suppressMessages({library(quantreg); library(splines)})
asked <- commandArgs(trailingOnly = TRUE)
scores <- as.matrix(read.csv(asked[1], header = FALSE))
knots <- as.matrix(read.csv(asked[2], header = FALSE))
y <- scores[, ncol(scores)]
bases <- lapply(seq_len(nrow(knots)), function(term)
  bs(scores[, term], knots = knots[term, -(1:2)], Boundary.knots = knots[term, 1:2]))
X <- cbind(1, do.call(cbind, bases))
taus <- (1:100 - 0.5) / 100
invisible(gc())
began <- proc.time()
fits <- lapply(taus, function(tau) rq.fit(X, y, tau = tau, method = asked[3]))
spent <- proc.time() - began
loss <- mapply(function(fit, tau) {r <- y - X %*% fit$coefficients; sum(r * (tau - (r < 0)))}, fits, taus)
cat(spent["elapsed"], spent["user.self"] + spent["sys.self"], format(loss, digits = 15), sep = "\n")
