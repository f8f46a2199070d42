# Computes the reference values with R's package survey, which is called and not copied.
#
#     Rscript make_reference.R        (in this folder; R 4.2.2, survey 4.1-1, metafor 3.8-1 of Debian 12)
#
# Reads the CSV files that make_data.py wrote, writes reference-*.json: first how and with what it was made,
# then how each design is described, then the cases. Numbers have 17 digits, vectors of weights 11. The bootstraps draw with SEED,
# and their replicates are written out, so that nobody else need draw the same.

suppressMessages({library(survey); library(metafor)})
options(survey.lonely.psu = "fail", warn = 1)
SEED <- 20261126
set.seed(SEED)
known <- jsonlite::fromJSON("totals.json")

# ---- writing -------------------------------------------------------------------------------------------
as_json <- function(x) {
  if (is.null(x)) return("null")
  if (is.list(x)) {
    parts <- vapply(x, as_json, "")
    if (is.null(names(x))) return(paste0("[", paste(parts, collapse = ", "), "]"))
    return(paste0("{", paste0('"', names(x), '": ', parts, collapse = ", "), "}"))
  }
  one <- if (is.character(x)) vapply(x, function(s) as.character(jsonlite::toJSON(jsonlite::unbox(s))), "")
    else if (is.logical(x)) ifelse(is.na(x), "null", ifelse(x, "true", "false"))
    else ifelse(is.finite(x), sprintf(if (length(x) > 50) "%.11g" else "%.17g", x), "null")
  if (length(x) == 1 && !inherits(x, "AsIs")) unname(one) else paste0("[", paste(one, collapse = ", "), "]")
}

designs <- list(); cases <- list(); seen <- character(); count <- 0
# Numbers of one call stand together; each level (category, domain, quantile ...) is a case.
emit <- function(design, stat, call, args = list(), level = NULL, ...) {
  values <- list(...)
  values <- values[!vapply(values, function(v) is.null(v) || all(is.na(v)), NA)]
  told <- vapply(args, function(x) if (is.list(x)) paste(names(x), unlist(x), sep = "=", collapse = ",") else
    paste(x, collapse = ","), "")
  id <- paste(c(design, stat, told), collapse = ".")
  if (paste(c(id, level), collapse = ".") %in% seen) stop("twice: ", id, level)
  seen <<- c(seen, paste(c(id, level), collapse = "."))
  values <- c(if (!is.null(level)) list(level = level), values)
  count <<- count + 1
  last <- length(cases)
  if (last > 0 && cases[[last]]$id == id) cases[[last]]$cases <<- c(cases[[last]]$cases, list(values))
  else cases[[last + 1]] <<- list(id = id, design = design, stat = stat, call = call, args = args, cases = list(values))
}
described <- function(name, ...) designs[[name]] <<- list(...)
write_file <- function(name) {
  head <- list(generated = "by make_reference.R", tool = "R package survey",
    R = R.version.string, survey = as.character(packageVersion("survey")),
    metafor = as.character(packageVersion("metafor")), seed = SEED, date = format(Sys.Date()),
    tolerance = 1e-8)
  lines <- vapply(cases, as_json, "")
  shapes <- paste0('"', names(designs), '": ', vapply(designs, as_json, ""))
  writeLines(c(paste0('{"meta": ', as_json(head), ","), '"designs": {',
    paste(shapes, collapse = ",\n"), "},", '"calls": [', paste(lines, collapse = ",\n"), "]}"),
    paste0("reference-", name, ".json"))
  cat(name, count, "cases\n")
  designs <<- list(); cases <<- list(); count <<- 0
}

# ---- one function for each kind of estimate ------------------------------------------------------------
# Degrees of freedom: the design's; of replicates those before any were adjusted or left out, since R's rank of the
# replicate weights changes with either.
KEPT <- NULL
freedom <- function(d) if (is.null(KEPT)) degf(d) else KEPT
short <- function(name, variable) sub(paste0("^", variable), "", name)
means <- function(name, d, y, factor = FALSE, fun = "mean", interval = TRUE) {
  f <- if (fun == "mean") svymean else svytotal
  shape <- as.formula(paste0("~", y))
  a <- f(shape, d, na.rm = TRUE, deff = TRUE)
  b <- f(shape, d, na.rm = TRUE, deff = "replace")
  ci <- confint(a, df = freedom(d))
  for (k in seq_along(coef(a)))
    emit(name, fun, sprintf("svy%s(~%s, na.rm=TRUE, deff=TRUE); confint(df=degf)", fun, y), list(y = y),
      if (factor) short(names(coef(a))[k], y), estimate = unname(coef(a)[k]), se = unname(SE(a)[k]),
      lci = if (interval) ci[k, 1], uci = if (interval) ci[k, 2], df = if (interval) freedom(d),
      deff = unname(deff(a)[k]),
      deff_replace = unname(deff(b)[k]))
}
ratio <- function(name, d, y, x) {
  used <- subset(d, !is.na(d$variables[[y]]) & !is.na(d$variables[[x]]))
  linear <- !inherits(d, "svyrep.design") # deff of a ratio stops on replicates in 4.1
  a <- svyratio(as.formula(paste0("~", y)), as.formula(paste0("~", x)), used, deff = linear)
  ci <- confint(a, df = freedom(d))
  emit(name, "ratio", sprintf("svyratio(~%s, ~%s, rows with both); confint(df=degf(d))", y, x),
    list(y = y, x = x), NULL, estimate = coef(a)[[1]], se = SE(a)[[1]], lci = ci[1], uci = ci[2], df = freedom(d),
    deff = if (linear) deff(a)[[1]])
}
variance <- function(name, d, y) {
  # With missing answers svyvar of 4.1 divides by the number of all rows less 1 (a known difference, kept on two designs).
  if (anyNA(d$variables[[y]]) && !name %in% c("strata", "clusters")) d <- subset(d, !is.na(d$variables[[y]]))
  a <- svyvar(as.formula(paste0("~", y)), d, na.rm = TRUE)
  emit(name, "var", sprintf("svyvar(~%s, na.rm=TRUE)", y), list(y = y), NULL,
    estimate = as.vector(coef(a))[1], se = as.vector(SE(a))[1])
}
by <- function(name, d, y, group, fun = "mean") {
  f <- list(mean = svymean, total = svytotal, var = svyvar)[[fun]]
  a <- svyby(as.formula(paste0("~", y)), as.formula(paste0("~", group)), d, f, na.rm = TRUE)
  for (k in seq_along(coef(a)))
    emit(name, paste0("by_", fun), sprintf("svyby(~%s, ~%s, svy%s, na.rm=TRUE)", y, group, fun),
      list(y = y, by = group), as.character(a[[group]][k]), estimate = unname(coef(a)[k]),
      se = unname(as.vector(SE(a))[k]))
}
by_ratio <- function(name, d, y, x, group) {
  a <- svyby(as.formula(paste0("~", y)), as.formula(paste0("~", group)), d, svyratio,
    denominator = as.formula(paste0("~", x)))
  for (k in seq_along(coef(a)))
    emit(name, "by_ratio", sprintf("svyby(~%s, ~%s, svyratio, denominator=~%s)", y, group, x),
      list(y = y, x = x, by = group), as.character(a[[group]][k]), estimate = unname(coef(a)[k]),
      se = unname(as.vector(SE(a))[k]))
}
contrast <- function(name, d, y, group, weights, fun = "mean") {
  f <- list(mean = svymean, total = svytotal)[[fun]]
  a <- svyby(as.formula(paste0("~", y)), as.formula(paste0("~", group)), d, f, na.rm = TRUE, covmat = TRUE)
  use <- setNames(rep(0, length(coef(a))), names(coef(a))); use[names(weights)] <- weights
  b <- svycontrast(a, list(c = use)); ci <- confint(b, df = freedom(d))
  emit(name, "contrast", sprintf("svycontrast(svyby(~%s, ~%s, svy%s, covmat=TRUE), ..); confint(df=degf(d))",
    y, group, fun), list(y = y, by = group, of = fun, weights = as.list(weights)), NULL,
    estimate = coef(b)[[1]], se = SE(b)[[1]], lci = ci[1], uci = ci[2], df = freedom(d))
}
# svyby(covmat=TRUE) stops on adjusted designs in 4.1: the same from four totals.
difference <- function(name, d, y, group, pair) {
  d$variables$zz1 <- ifelse(d$variables[[group]] == pair[1], 1, 0)
  d$variables$zz2 <- ifelse(d$variables[[group]] == pair[2], 1, 0)
  d$variables$yy1 <- d$variables[[y]] * d$variables$zz1
  d$variables$yy2 <- d$variables[[y]] * d$variables$zz2
  b <- svycontrast(svytotal(~yy1 + zz1 + yy2 + zz2, d), quote(yy1 / zz1 - yy2 / zz2))
  emit(name, "contrast", sprintf("svycontrast(svytotal(..), mean of %s for %s %s less that for %s)", y, group, pair[1],
    pair[2]), list(y = y, by = group, of = "mean", weights = as.list(setNames(c(1, -1), pair))), NULL,
    estimate = coef(b)[[1]], se = as.vector(SE(b))[1])
}
quantiles <- function(name, d, y, rule, interval, p = c(.25, .5, .9), level = .95, ours = rule) {
  a <- suppressWarnings(svyquantile(as.formula(paste0("~", y)), d, p, na.rm = TRUE, qrule = rule,
    interval.type = interval, alpha = 1 - level))[[1]]
  for (k in seq_along(p))
    emit(name, "quantile", sprintf("svyquantile(~%s, %s, na.rm=TRUE, qrule='%s', interval.type='%s', alpha=%s)",
      y, p[k], rule, interval, 1 - level), list(y = y, rule = ours, interval = interval, confidence = level),
      as.character(p[k]), estimate = a[k, 1], se = a[k, 4], lci = a[k, 2], uci = a[k, 3])
}
ciprop <- function(name, d, y, method, level = .95) {
  a <- svyciprop(as.formula(paste0("~", y)), d, method = method, level = level, na.rm = TRUE)
  emit(name, "ciprop", sprintf("svyciprop(~%s, method='%s', level=%s)", y, method, level),
    list(y = y, method = method, confidence = level), NULL, estimate = as.vector(a)[1],
    se = sqrt(as.vector(attr(a, "var"))), lci = attr(a, "ci")[[1]], uci = attr(a, "ci")[[2]], df = freedom(d))
}
chisq <- function(name, d, a, b, statistic) {
  # Wald's statistics need a covariance that can be inverted: more first-stage units than cells.
  r <- tryCatch(suppressWarnings(svychisq(as.formula(paste0("~", a, "+", b)), d, statistic = statistic)),
    error = function(e) NULL)
  if (is.null(r)) return(invisible())
  emit(name, "chisq", sprintf("svychisq(~%s+%s, statistic='%s')", a, b, statistic),
    list(rows = a, columns = b, statistic = statistic), NULL, estimate = unname(r$statistic),
    df = unname(r$parameter[1]), df2 = if (length(r$parameter) > 1) unname(r$parameter[2]),
    p = as.vector(r$p.value))
}
ttest <- function(name, d, y, group) {
  r <- if (group == "") svyttest(as.formula(paste0(y, "~0")), d) else
    svyttest(as.formula(paste0(y, "~", group)), d)
  emit(name, "ttest", sprintf("svyttest(%s~%s)", y, if (group == "") "0" else group), list(y = y, by = group), NULL,
    estimate = unname(r$estimate), t = unname(r$statistic), df = unname(r$parameter),
    p = as.vector(r$p.value), lci = r$conf.int[1], uci = r$conf.int[2])
}
glm_of <- function(name, d, y, xs, family, compat = FALSE) {
  law <- list(gaussian = gaussian(), logit = quasibinomial(), log = quasipoisson())[[family]]
  # As it is, glm stops where the deviance hardly changes, with coefficients right to 1e-5 or so.
  stop_at <- if (compat) list(epsilon = 1e-8, maxit = 25) else list(epsilon = 1e-20, maxit = 100)
  m <- eval(bquote(svyglm(.(as.formula(paste0(y, "~", paste(xs, collapse = "+")))), d, family = .(law),
    control = .(stop_at))))
  s <- summary(m)$coefficients
  ci <- confint(m)
  args <- c(list(y = y, xs = I(xs), family = family), if (compat) list(compat = "r-glm"))
  call <- sprintf("svyglm(%s~%s, %s%s)", y, paste(xs, collapse = "+"), family,
    if (compat) "" else ", control=list(epsilon=1e-20)")
  for (k in seq_len(nrow(s)))
    emit(name, "glm", call, args, rownames(s)[k], estimate = s[k, 1], se = s[k, 2], t = s[k, 3],
      p = if (ncol(s) > 3) s[k, 4], lci = ci[k, 1], uci = ci[k, 2], df = m$df.residual)
  w <- regTermTest(m, as.formula(paste0("~", xs[1])))
  emit(name, "wald", sprintf("regTermTest(%s, ~%s)", call, xs[1]), c(args, list(term = xs[1])), NULL,
    estimate = as.vector(w$Ftest), df = w$df, df2 = w$ddf, p = as.vector(w$p))
}
weights_of <- function(name, d, call)
  if (grepl("^strata", name)) emit(name, "weights", call, values = as.vector(weights(d)))

basic <- function(name, d) {
  for (y in c("hours", "spend", "aware")) means(name, d, y)
  for (y in c("spend", "aware")) means(name, d, y, fun = "total")
  ratio(name, d, "spend", "rooms"); by(name, d, "aware", "sex", "total")
}

# ---- how the samples were drawn --------------------------------------------------------------------------
read <- function(name) read.csv(paste0(name, ".csv"), stringsAsFactors = FALSE)
data <- sapply(c("strata", "clusters", "stages", "replaced", "nested", "single", "years"), read, simplify = FALSE)
for (k in names(data)) { data[[k]]$mood <- factor(data[[k]]$mood); for (v in c("sex", "age", "ward", "side", "club"))
  data[[k]][[v]] <- factor(data[[k]][[v]]) }
made <- list(
  strata = svydesign(~1, strata = ~h, weights = ~w, fpc = ~N, data = data$strata),
  clusters = svydesign(~psu, fpc = ~N, data = data$clusters),
  stages = svydesign(~psu + id, fpc = ~N + M, data = data$stages),
  replaced = svydesign(~psu, weights = ~w, data = data$replaced),
  nested = svydesign(~psu + id, strata = ~h, fpc = ~N + M, nest = TRUE, data = data$nested),
  nested_wr = svydesign(~psu, strata = ~h, weights = ~w, nest = TRUE, data = data$nested))
shapes <- list(
  strata = list(file = "strata", weights = "w", strata = I("h"), fpc = I("N")),
  clusters = list(file = "clusters", clusters = I("psu"), fpc = I("N")),
  stages = list(file = "stages", clusters = c("psu", "id"), fpc = c("N", "M")),
  replaced = list(file = "replaced", weights = "w", clusters = I("psu")),
  nested = list(file = "nested", strata = I("h"), clusters = c("psu", "id"), fpc = c("N", "M"), nest = TRUE),
  nested_wr = list(file = "nested", weights = "w", strata = I("h"), clusters = I("psu"), nest = TRUE))
base <- function(name, as = name, ...) designs[[as]] <<- c(shapes[[name]], list(...))
source("make_cases.R")
