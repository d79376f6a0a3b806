apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{name}}
  labels:
    app: {{name}}
spec:
  # One, and never two at a time: each process runs every tick itself.
  replicas: 1
  strategy:
    type: Recreate
  selector:
    matchLabels:
      app: {{name}}
  template:
    metadata:
      labels:
        app: {{name}}
    spec:
      # More than shutdown.delay + shutdown.grace; then the kubelet kills it.
      terminationGracePeriodSeconds: 40
      automountServiceAccountToken: false
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        fsGroup: 1000
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {{name}}
          image: {{name}}:0.1.0
          ports:
            - name: web
              containerPort: 9119
          # Up to two minutes for the boot; until then the others wait.
          startupProbe:
            httpGet:
              path: /startupz
              port: web
            periodSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet:
              path: /readyz
              port: web
            periodSeconds: 5
            timeoutSeconds: 3
          livenessProbe:
            httpGet:
              path: /livez
              port: web
            periodSeconds: 10
            timeoutSeconds: 3
          resources:
            requests:
              cpu: 50m
              memory: 96Mi
            limits:
              memory: 256Mi
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          volumeMounts:
            - name: state
              mountPath: /app/state
      volumes:
        # Outlives the container, not the pod: take a persistent volume where a missed night must be made up for.
        - name: state
          emptyDir: {}
